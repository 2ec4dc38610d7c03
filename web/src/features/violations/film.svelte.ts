/** What was recorded around a case: the clip, and the three stills cut out of it in the browser, with people and plates hidden. */
import { getTimeline, segmentVideo } from "../../api/recordings";
import type { CaseView, SegmentView } from "../../api/types";
import { inWords } from "../../lib/errors";
import { type FeedState, SegmentFeed } from "../../live/segment-feed";

const AROUND_MS = 6000;
const SEEK_DEADLINE_MS = 15_000;

export interface Still {
  atMs: number;
  picture: ImageBitmap | null;
}

export class CaseFilm {
  readonly fromMs: number;
  readonly toMs: number;
  stills = $state.raw<readonly Still[]>([]);
  state = $state<FeedState>("loading");
  failure = $state<string | null>(null);
  playing = $state(false);
  atMs = $state(0);
  readonly #source: string;
  readonly #abort = new AbortController();
  #segments: readonly SegmentView[] = [];
  #feed: SegmentFeed | null = null;
  #video: HTMLVideoElement | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(seen: CaseView) {
    this.#source = seen.source_id;
    const proofs = seen.proof_at.map((instant) => Date.parse(instant));
    const first = Math.min(Date.parse(seen.from_at), ...proofs);
    this.fromMs = first - AROUND_MS;
    this.toMs = Math.max(Date.parse(seen.until_at), ...proofs) + AROUND_MS;
    this.atMs = this.fromMs;
    this.stills = proofs.map((atMs) => ({ atMs, picture: null }));
    void this.#load();
  }

  close(): void {
    this.#abort.abort();
    clearInterval(this.#timer);
    this.#feed?.stop();
    for (const { picture } of this.stills) picture?.close();
  }

  /** The <video> is there; gives what undoes it. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    this.#feed = new SegmentFeed(
      video,
      (id, signal) => segmentVideo(id, null, signal),
      (state, error) => {
        if (this.state !== "failed" || state === "ready") this.state = state;
        if (state === "failed") this.failure = inWords(error);
      },
    );
    this.#know();
    this.#timer = setInterval(() => this.#tick(), 100);
    return () => {
      clearInterval(this.#timer);
      this.#feed?.stop();
      this.#feed = this.#video = null;
    };
  }

  toggle(): void {
    if (!this.playing && this.atMs >= this.toMs - 100) this.seek(this.fromMs);
    this.playing = !this.playing;
  }

  seek(atMs: number): void {
    this.atMs = atMs;
    this.#feed?.seek(atMs);
  }

  /** Stops at one of the proofs. */
  look(number: number): void {
    const still = this.stills[number];
    if (!still) return;
    this.playing = false;
    this.seek(still.atMs);
  }

  async #load(): Promise<void> {
    try {
      const found = await getTimeline(this.#source, this.fromMs, this.toMs, this.#abort.signal);
      this.#segments = found.segments;
      if (!found.segments.length) {
        this.state = "empty";
        return;
      }
      this.#know();
      await this.#cut();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.state = "failed";
      this.failure = inWords(error);
    }
  }

  #know(): void {
    if (!this.#segments.length) return;
    this.#feed?.know(this.#segments.map((one) => ({ id: one.segment_id, startMs: Date.parse(one.started_at), endMs: Date.parse(one.ended_at) })));
    this.#feed?.seek(this.atMs);
  }

  /** One segment after another, each fetched once. */
  async #cut(): Promise<void> {
    for (const segment of this.#segments) {
      const startMs = Date.parse(segment.started_at);
      const inside = this.stills.filter(({ atMs }) => atMs >= startMs && atMs < Date.parse(segment.ended_at));
      if (!inside.length) continue;
      const { mime, data } = await segmentVideo(segment.segment_id, null, this.#abort.signal);
      const pictures = await picturesOf(new Blob([data], { type: mime }), inside.map(({ atMs }) => (atMs - startMs) / 1000));
      if (this.#abort.signal.aborted) return;
      this.stills = this.stills.map((still) => {
        const number = inside.indexOf(still);
        return number < 0 ? still : { ...still, picture: pictures[number] ?? null };
      });
    }
  }

  #tick(): void {
    const video = this.#video;
    if (!this.#feed || !video) return;
    if (this.state === "ready" && this.playing) this.atMs = this.#feed.atMs;
    if (this.playing && this.atMs >= this.toMs) this.playing = false;
    if (this.playing && video.paused && this.state === "ready") void video.play().catch(() => undefined);
    if (!this.playing && !video.paused) video.pause();
  }
}

/** Pictures of a film at these seconds. */
async function picturesOf(film: Blob, seconds: readonly number[]): Promise<ImageBitmap[]> {
  const video = document.createElement("video");
  const address = URL.createObjectURL(film);
  video.muted = true;
  video.preload = "auto";
  try {
    await once(video, "loadeddata", () => (video.src = address));
    const pictures: ImageBitmap[] = [];
    for (const second of seconds) {
      const target = Math.min(second, Math.max(0, video.duration - 0.05));
      if (Math.abs(video.currentTime - target) > 0.001) await once(video, "seeked", () => (video.currentTime = target));
      pictures.push(await createImageBitmap(video));
    }
    return pictures;
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(address);
  }
}

function once(video: HTMLVideoElement, what: "loadeddata" | "seeked", act: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(what)), SEEK_DEADLINE_MS);
    video.addEventListener(what, () => (clearTimeout(timer), resolve()), { once: true });
    video.addEventListener("error", () => (clearTimeout(timer), reject(new Error("media"))), { once: true });
    act();
  });
}
