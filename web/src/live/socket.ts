/**
 * The live socket: connects, proves who we are, subscribes, and comes back by itself with growing pauses.
 *
 * It knows nothing of topics' contents; `topics.ts` gives them types. The WebSocket class and the clock are
 * parameters, so that a test drives it without a network.
 */

export type LinkPhase = "idle" | "connecting" | "online" | "waiting" | "refused";

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface SocketSetup {
  url: string;
  token: () => string | null;
  onMessage: (topic: string, data: unknown) => void;
  onPhase: (phase: LinkPhase, retryInMs: number) => void;
  connect?: (url: string) => SocketLike;
  random?: () => number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server pings every 10 s; silence of 25 s means the connection is dead even if TCP has not noticed. */
const SILENCE_MS = 25_000;
const CLOSE_BAD_TOKEN = 4401;

export class LiveSocket {
  readonly #setup: SocketSetup;
  readonly #connect: (url: string) => SocketLike;
  readonly #topics = new Set<string>();
  #socket: SocketLike | null = null;
  #phase: LinkPhase = "idle";
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: SocketSetup) {
    this.#setup = setup;
    this.#connect = setup.connect ?? ((url) => new WebSocket(url) as unknown as SocketLike);
  }

  get phase(): LinkPhase {
    return this.#phase;
  }

  start(): void {
    if (this.#phase === "idle" || this.#phase === "refused") this.#open();
  }

  stop(): void {
    this.#drop();
    this.#attempt = 0;
    this.#enter("idle");
  }

  /** Subscribes now and again after every reconnect. */
  subscribe(topic: string): void {
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    if (this.#phase === "online") this.#send({ type: "subscribe", topics: [topic], batches: true });
  }

  #open(): void {
    const token = this.#setup.token();
    if (!token) return this.#enter("refused");
    this.#enter("connecting");
    const socket = this.#connect(this.#setup.url);
    this.#socket = socket;
    socket.onopen = () => this.#send({ type: "auth", token });
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    socket.onerror = () => undefined;
    this.#watchSilence();
  }

  #received(raw: unknown): void {
    this.#watchSilence();
    const parsed = parse(raw);
    if (Array.isArray(parsed)) parsed.forEach((message) => this.#take(message));
    else if (parsed) this.#take(parsed);
  }

  #take(message: Message): void {
    if (message.type === "ready") {
      this.#attempt = 0;
      this.#enter("online");
      this.#send({ type: "subscribe", topics: [...this.#topics], batches: true });
    } else if (typeof message.topic === "string") {
      this.#setup.onMessage(message.topic, message.data);
    }
  }

  #closed(code: number): void {
    this.#drop();
    if (code === CLOSE_BAD_TOKEN) return this.#enter("refused");
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempt);
    // Half fixed, half random: a restarted server is not met by every browser at once.
    const pause = longest / 2 + ((this.#setup.random ?? Math.random)() * longest) / 2;
    this.#attempt += 1;
    this.#enter("waiting", pause);
    this.#retry = setTimeout(() => this.#open(), pause);
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#closed(0), SILENCE_MS);
  }

  #drop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #enter(phase: LinkPhase, retryInMs = 0): void {
    this.#phase = phase;
    this.#setup.onPhase(phase, retryInMs);
  }
}

interface Message {
  type?: string;
  topic?: string;
  data?: unknown;
}

/** One message, or several that came together. */
function parse(raw: unknown): Message | Message[] | null {
  if (typeof raw !== "string") return null;
  try {
    const message: unknown = JSON.parse(raw);
    return typeof message === "object" ? (message as Message | Message[] | null) : null;
  } catch {
    return null;
  }
}
