/** Plays what one source recorded: the stretch of time looked at, the instant, the marks of a clip to cut. */
import { getTimeline, openOriginal, segmentVideo } from "../../api/recordings";
import type { RecordedEventView, SegmentView } from "../../api/types";
import { inWords } from "../../lib/errors";
import { type FeedState, SegmentFeed } from "../../live/segment-feed";

export const SPANS_S = [600, 3600, 21_600, 86_400] as const;
export const RATES = [0.5, 1, 2, 4] as const;
const NEWS_MS = 5000;
const OPENED_AROUND_MS = 30 * 60_000;

export class RecordingPlayer {
  source = $state<string | null>(null);
  fromMs = $state(0);
  toMs = $state(0);
  atMs = $state(0);
  segments = $state.raw<readonly SegmentView[]>([]);
  events = $state.raw<readonly RecordedEventView[]>([]);
  state = $state<FeedState>("empty");
  failure = $state<string | null>(null);
  playing = $state(false);
  rate = $state<number>(1);
  /** Of the clip to cut. */
  markFromMs = $state<number | null>(null);
  markToMs = $state<number | null>(null);
  /** Until when the original may be seen. */
  originalUntilMs = $state<number | null>(null);
  #original: string | null = null;
  #feed: SegmentFeed | null = null;
  #video: HTMLVideoElement | null = null;
  #request: AbortController | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #askedMs = 0;

  get spanS(): number {
    return (this.toMs - this.fromMs) / 1000;
  }

  /** The <video> is there; gives what undoes it. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    this.#feed = new SegmentFeed(
      video,
      (id, signal) => segmentVideo(id, this.#original, signal),
      (state, error) => {
        this.state = state;
        this.failure = state === "failed" ? inWords(error) : null;
      },
    );
    this.#know();
    this.#feed.seek(this.atMs);
    this.#timer = setInterval(() => this.#tick(), 100);
    return () => {
      clearInterval(this.#timer);
      this.#feed?.stop();
      this.#feed = this.#video = null;
    };
  }

  async open(source: string, atMs: number): Promise<void> {
    const other = source !== this.source;
    this.source = source;
    if (other) {
      this.#forgetOriginal();
      this.segments = [];
      this.events = [];
      this.markFromMs = this.markToMs = null;
    }
    this.atMs = atMs;
    this.playing = true;
    // Of a recording of today not half of the line is future.
    const toMs = Math.min(atMs + OPENED_AROUND_MS, Date.now() + NEWS_MS);
    await this.look(toMs - 2 * OPENED_AROUND_MS, toMs);
    this.seek(atMs);
  }

  close(): void {
    this.#request?.abort();
    this.#forgetOriginal();
    this.source = null;
    this.playing = false;
    this.segments = [];
    this.events = [];
    this.markFromMs = this.markToMs = null;
  }

  /** Shows another stretch of time. */
  async look(fromMs: number, toMs: number): Promise<void> {
    this.fromMs = fromMs;
    this.toMs = toMs;
    await this.#ask();
  }

  zoom(spanS: number): Promise<void> {
    return this.look(this.atMs - spanS * 500, this.atMs + spanS * 500);
  }

  pan(share: number): Promise<void> {
    const step = (this.toMs - this.fromMs) * share;
    return this.look(this.fromMs + step, this.toMs + step);
  }

  seek(atMs: number): void {
    this.atMs = atMs;
    this.failure = null;
    this.#feed?.seek(atMs);
    if (atMs < this.fromMs || atMs > this.toMs) void this.zoom(this.spanS);
  }

  toggle(): void {
    this.playing = !this.playing;
    this.#drive();
  }

  faster(step: 1 | -1): void {
    const now = RATES.findIndex((rate) => rate === this.rate);
    this.rate = RATES[Math.min(RATES.length - 1, Math.max(0, now + step))] ?? 1;
  }

  /** Opens the original of the stretch looked at; the reason is kept in the audit log. */
  async showOriginal(reason: string): Promise<void> {
    if (!this.source) return;
    const grant = await openOriginal(this.source, Math.max(this.fromMs, this.atMs - 11 * 3_600_000), Math.min(this.toMs, this.atMs + 11 * 3_600_000), reason);
    this.#original = grant.token;
    this.originalUntilMs = Date.now() + grant.expires_in_s * 1000;
    this.#feed?.renew();
  }

  hideOriginal(): void {
    this.#forgetOriginal();
    this.#feed?.renew();
  }

  #forgetOriginal(): void {
    this.#original = null;
    this.originalUntilMs = null;
  }

  async #ask(): Promise<void> {
    const { source } = this;
    if (!source) return;
    this.#request?.abort();
    const asked = (this.#request = new AbortController());
    this.#askedMs = Date.now();
    try {
      const found = await getTimeline(source, this.fromMs, this.toMs, asked.signal);
      if (asked.signal.aborted) return;
      this.segments = found.segments;
      this.events = found.events;
      this.#know();
    } catch (error) {
      if (!asked.signal.aborted) this.failure = inWords(error);
    }
  }

  #know(): void {
    this.#feed?.know(this.segments.map((s) => ({ id: s.segment_id, startMs: Date.parse(s.started_at), endMs: Date.parse(s.ended_at) })));
  }

  #tick(): void {
    if (!this.#feed || !this.source) return;
    if (this.state === "ready") this.atMs = this.#feed.atMs;
    if (this.originalUntilMs !== null && Date.now() > this.originalUntilMs) this.hideOriginal();
    // The stretch follows what is played, and grows with what is recorded now.
    const news = this.toMs > Date.now() - NEWS_MS && Date.now() - this.#askedMs > NEWS_MS;
    if (this.playing && this.atMs > this.toMs) void this.pan(0.5);
    else if (news) void this.#ask();
    this.#drive();
  }

  #drive(): void {
    const video = this.#video;
    if (!video?.src) return;
    if (video.playbackRate !== this.rate) video.playbackRate = this.rate;
    if (this.playing && video.paused && this.state === "ready") void video.play().catch(() => undefined);
    if (!this.playing && !video.paused) video.pause();
  }
}
