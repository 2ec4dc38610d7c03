/**
 * Live video: fragmented MP4 over a WebSocket into a <video> through Media Source Extensions.
 *
 * The player keeps near the live edge, drops what was shown, comes back after a loss, and says how old the
 * picture is: a frozen picture must never pass for a live one.
 */
import { currentToken } from "../api/client";

export type VideoPhase = "connecting" | "playing" | "lost" | "failed";

export interface VideoView {
  phase: VideoPhase;
  codec: string | null;
  /** Age of the picture: what the server measured plus what waits in the buffer. */
  delayS: number | null;
  fps: number | null;
  lastPictureMs: number | null;
  failure: { code: string; message: string } | null;
}

interface ServerText {
  type: "init" | "error" | "stats" | "ping";
  mime?: string;
  code?: string;
  message?: string;
  hint?: string;
  latency_s?: number;
  fps?: number;
}

const LIVE_EDGE_S = 0.15;
const TOO_FAR_BEHIND_S = 1.2;
const KEEP_SHOWN_S = 8;
const RETRY_MS = 2000;
const OFTEN_RETRIED_MS = 10_000;

type MediaSourceClass = typeof MediaSource;

/** Safari on iPhone offers only the managed kind. */
const mediaSourceClass = (): MediaSourceClass | undefined =>
  (window as { ManagedMediaSource?: MediaSourceClass }).ManagedMediaSource ?? window.MediaSource;

export class VideoPlayer {
  #view: VideoView = { phase: "connecting", codec: null, delayS: null, fps: null, lastPictureMs: null, failure: null };
  #socket: WebSocket | null = null;
  #buffer: SourceBuffer | null = null;
  #address: string | null = null;
  #queue: ArrayBuffer[] = [];
  #serverDelayS: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #stopped = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly sourceId: string,
    private readonly onView: (view: VideoView) => void,
    /** Opens the picture with nothing hidden in it. */
    private readonly original: string | null = null,
  ) {
    video.addEventListener("timeupdate", this.#pictureShown);
  }

  start(): void {
    if (this.#stopped) return;
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${window.location.host}/ws/video/${encodeURIComponent(this.sourceId)}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: currentToken(), ...(this.original ? { original: this.original } : {}) }));
    socket.onmessage = (event) => this.#received(event.data as string | ArrayBuffer);
    socket.onclose = () => this.#lost();
  }

  stop(): void {
    this.#stopped = true;
    this.video.removeEventListener("timeupdate", this.#pictureShown);
    clearTimeout(this.#retry);
    this.#dropSocket();
    this.#dropMedia();
  }

  #received(data: string | ArrayBuffer): void {
    if (typeof data !== "string") {
      this.#queue.push(data);
      this.#append();
      return;
    }
    const message = JSON.parse(data) as ServerText;
    if (message.type === "init" && message.mime) this.#open(message.mime);
    else if (message.type === "stats") {
      this.#serverDelayS = message.latency_s ?? null;
      this.#show({ fps: message.fps ?? null });
    } else if (message.type === "error") {
      const words = [message.message, message.hint].filter(Boolean).join(" ");
      this.#show({ phase: "failed", failure: { code: message.code ?? "error", message: words } });
    }
  }

  #open(mime: string): void {
    const codec = /codecs="([^"]+)"/.exec(mime)?.[1] ?? mime;
    const Source = mediaSourceClass();
    if (!Source?.isTypeSupported(mime)) {
      this.#show({ phase: "failed", codec, failure: { code: "unsupported", message: codec } });
      return;
    }
    this.#dropMedia();
    const media = new Source();
    this.#address = URL.createObjectURL(media);
    this.video.disableRemotePlayback = true;
    this.video.src = this.#address;
    media.addEventListener("sourceopen", () => {
      this.#buffer = media.addSourceBuffer(mime);
      this.#buffer.mode = "segments";
      this.#buffer.addEventListener("updateend", () => {
        this.#keepLive();
        this.#append();
      });
      this.#append();
    });
    this.#show({ phase: "connecting", codec, failure: null });
  }

  #append(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating) return;
    const end = this.#bufferedEnd();
    const from = buffer.buffered.length ? buffer.buffered.start(0) : 0;
    const shown = this.video.currentTime - KEEP_SHOWN_S;
    if (end !== null && shown - from > KEEP_SHOWN_S) {
      buffer.remove(from, shown);
      return;
    }
    const next = this.#queue.shift();
    if (!next) return;
    try {
      buffer.appendBuffer(next);
    } catch {
      // A full or closed buffer cannot be repaired in place: start again from the newest picture.
      this.#socket?.close();
    }
  }

  #keepLive(): void {
    const end = this.#bufferedEnd();
    if (end === null) return;
    const behind = end - this.video.currentTime;
    if (behind > TOO_FAR_BEHIND_S || behind < 0) this.video.currentTime = Math.max(0, end - LIVE_EDGE_S);
    this.video.playbackRate = behind > 3 * LIVE_EDGE_S ? 1.08 : 1;
    if (this.video.paused) void this.video.play().catch(() => undefined);
    this.#tries = 0;
  }

  /** The video's clock moved, so a new picture is on the screen; bytes alone prove nothing. */
  readonly #pictureShown = (): void => {
    const end = this.#bufferedEnd();
    if (end === null || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const waiting = Math.max(0, end - this.video.currentTime);
    const delayS = this.#serverDelayS === null ? null : this.#serverDelayS + waiting;
    this.#show({ phase: "playing", failure: null, lastPictureMs: Date.now(), delayS });
  };

  #bufferedEnd(): number | null {
    const ranges = this.#buffer?.buffered;
    return ranges?.length ? ranges.end(ranges.length - 1) : null;
  }

  #lost(): void {
    this.#dropSocket();
    if (this.#stopped) return;
    if (this.#view.phase !== "failed") this.#show({ phase: "lost" });
    this.#tries += 1;
    this.#retry = setTimeout(() => this.start(), this.#tries > 5 ? OFTEN_RETRIED_MS : RETRY_MS);
  }

  #dropSocket(): void {
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #dropMedia(): void {
    this.#buffer = null;
    this.#queue = [];
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = null;
  }

  #show(change: Partial<VideoView>): void {
    this.#view = { ...this.#view, ...change };
    this.onView(this.#view);
  }
}
