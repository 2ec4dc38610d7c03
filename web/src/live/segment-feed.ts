/**
 * Recorded segments into one <video>: a media source whose clock is the time of the recording, counted from the first segment known.
 * What is looked at is fetched first, the next ones ahead; holes are leapt over, what was shown is dropped.
 */
import type { SegmentVideo } from "../api/recordings";

export interface FeedSegment {
  id: string;
  startMs: number;
  endMs: number;
}

export type FeedState = "empty" | "loading" | "ready" | "ended" | "failed";

const AHEAD = 2;
const KEEP_BEHIND_S = 60;
const HOLE_S = 0.25;
const LOOK_MS = 200;
/** A segment that cannot be had is passed over after a while. */
const RETRY_MS = 5000;

export class SegmentFeed {
  #media: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #mime = "";
  #address: string | null = null;
  #baseMs = 0;
  #segments: readonly FeedSegment[] = [];
  readonly #there = new Set<string>();
  readonly #failed = new Map<string, number>();
  #loading: { id: string; abort: AbortController } | null = null;
  #wantedS: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #state: FeedState = "empty";

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly load: (id: string, signal: AbortSignal) => Promise<SegmentVideo>,
    private readonly onState: (state: FeedState, error: unknown) => void,
  ) {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Instant of the picture shown. */
  get atMs(): number {
    return this.#baseMs + (this.#wantedS ?? this.video.currentTime) * 1000;
  }

  /** All segments there are, in order; those known before stay. */
  know(segments: readonly FeedSegment[]): void {
    this.#segments = segments;
    this.#look();
  }

  seek(atMs: number): void {
    const target = this.#segmentAt(atMs);
    if (!target) return this.#show("empty");
    const instant = Math.max(atMs, target.startMs + 1);
    if (!this.#media || instant < this.#baseMs) this.#open(target.startMs);
    this.#wantedS = (instant - this.#baseMs) / 1000;
    if (this.#loading && this.#loading.id !== target.id) this.#drop();
    this.#failed.clear();
    this.#look();
  }

  /** Everything fetched is of another kind now (the original, say): fetch it again. */
  renew(): void {
    const { atMs } = this;
    this.#close();
    this.seek(atMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#close();
  }

  #open(baseMs: number): void {
    this.#close();
    this.#baseMs = baseMs;
    this.#media = new MediaSource();
    this.#address = URL.createObjectURL(this.#media);
    this.video.src = this.#address;
    this.#media.addEventListener("sourceopen", () => this.#look());
  }

  #close(): void {
    this.#drop();
    this.#there.clear();
    this.#buffer = null;
    this.#media = null;
    this.#mime = "";
    if (this.#address) {
      this.video.removeAttribute("src");
      this.video.load();
      URL.revokeObjectURL(this.#address);
    }
    this.#address = null;
  }

  #drop(): void {
    this.#loading?.abort.abort();
    this.#loading = null;
  }

  #segmentAt(ms: number): FeedSegment | undefined {
    return this.#segments.find((segment) => segment.endMs > ms + 1);
  }

  /** Called often: fetch what is next, go where somebody wants to, leap over holes. */
  #look(): void {
    if (this.#media?.readyState !== "open") return;
    const at = this.#segmentAt(this.atMs);
    if (!at) {
      if (this.#wantedS === null && this.#segments.length) this.#show("ended");
      return;
    }
    const from = this.#segments.indexOf(at);
    const next = this.#segments.slice(from, from + AHEAD + 1).find(({ id }) => !this.#there.has(id) && (this.#failed.get(id) ?? 0) < Date.now() - RETRY_MS);
    if (next && !this.#loading && !this.#buffer?.updating) void this.#fetch(next, next === at);
    if (this.#there.has(at.id)) this.#arrive(at);
    else if (!this.#failed.has(at.id)) this.#show("loading");
  }

  #arrive(at: FeedSegment): void {
    const { video } = this;
    const ranges = video.buffered;
    const wanted = this.#wantedS ?? video.currentTime;
    for (let n = 0; n < ranges.length; n += 1) {
      const inside = wanted >= ranges.start(n) - HOLE_S && wanted < ranges.end(n) - 0.02;
      const nextUp = ranges.start(n) > wanted && this.#baseMs + ranges.start(n) * 1000 < at.endMs + HOLE_S * 1000;
      if (!inside && !nextUp) continue;
      const target = Math.max(wanted, ranges.start(n) + 0.001);
      if (this.#wantedS !== null || target - video.currentTime > 0.05) video.currentTime = target;
      this.#wantedS = null;
      this.#show("ready");
      return;
    }
    // The segment ends before its time: on to the one after it.
    if (this.#wantedS === null) this.#wantedS = (at.endMs + 2 - this.#baseMs) / 1000;
  }

  async #fetch(segment: FeedSegment, now: boolean): Promise<void> {
    const abort = new AbortController();
    const mine = (this.#loading = { id: segment.id, abort });
    try {
      const { mime, data } = await this.load(segment.id, abort.signal);
      if (this.#loading !== mine || !this.#media) return;
      await this.#append(segment, mime, data);
      this.#there.add(segment.id);
      this.#failed.delete(segment.id);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed.set(segment.id, Date.now());
      if (now) this.#show("failed", error);
    } finally {
      if (this.#loading === mine) this.#loading = null;
      this.#look();
    }
  }

  async #append(segment: FeedSegment, mime: string, data: ArrayBuffer): Promise<void> {
    if (!MediaSource.isTypeSupported(mime)) throw new Error(mime);
    if (!this.#buffer) this.#buffer = (this.#media as MediaSource).addSourceBuffer(mime);
    else if (mime !== this.#mime) this.#buffer.changeType(mime);
    this.#mime = mime;
    const buffer = this.#buffer;
    const shown = this.video.currentTime - KEEP_BEHIND_S;
    if (buffer.buffered.length && shown - buffer.buffered.start(0) > KEEP_BEHIND_S) {
      await settled(buffer, () => buffer.remove(0, shown));
      for (const old of this.#segments) if (old.endMs < this.#baseMs + shown * 1000 + 500) this.#there.delete(old.id);
    }
    buffer.timestampOffset = (segment.startMs - this.#baseMs) / 1000;
    await settled(buffer, () => buffer.appendBuffer(data));
  }

  #show(state: FeedState, error: unknown = null): void {
    if (state === this.#state && state !== "failed") return;
    this.#state = state;
    this.onState(state, error);
  }
}

function settled(buffer: SourceBuffer, act: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (work: () => void) => () => {
      buffer.removeEventListener("updateend", ended);
      buffer.removeEventListener("error", failed);
      work();
    };
    const ended = done(resolve);
    const failed = done(() => reject(new Error("media")));
    buffer.addEventListener("updateend", ended);
    buffer.addEventListener("error", failed);
    act();
  });
}
