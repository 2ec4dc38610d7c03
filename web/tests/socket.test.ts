import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LinkPhase, LiveSocket, type SocketLike } from "../src/live/socket";

class FakeServerSide implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.onopen?.();
    this.say({ type: "ready" });
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let connections: FakeServerSide[];
let phases: LinkPhase[];
let received: [string, unknown][];
let socket: LiveSocket;
const newest = () => connections.at(-1) as FakeServerSide;

beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  phases = [];
  received = [];
  socket = new LiveSocket({
    url: "ws://test/ws/live",
    token: () => "secret",
    onMessage: (topic, data) => received.push([topic, data]),
    onPhase: (phase) => phases.push(phase),
    connect: () => {
      connections.push(new FakeServerSide());
      return newest();
    },
    random: () => 1,
  });
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

describe("the live socket", () => {
  test("authenticates first and subscribes only after the server is ready", () => {
    socket.subscribe("vehicle.state");
    socket.start();
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: "auth", token: "secret" }]);
    newest().say({ type: "ready" });
    expect(newest().sent.at(-1)).toEqual({ type: "subscribe", topics: ["vehicle.state"], batches: true });
    expect(phases).toEqual(["connecting", "online"]);
  });

  test("hands on topic messages and keeps pings and rubbish to itself", () => {
    socket.start();
    newest().accept();
    newest().say({ type: "ping" });
    newest().onmessage?.({ data: "not json" });
    newest().onmessage?.({ data: "null" });
    newest().say({ topic: "observation", data: { label: "car" } });
    expect(received).toEqual([["observation", { label: "car" }]]);
  });

  test("reconnects after a loss and subscribes again to everything", () => {
    socket.subscribe("vehicle.state");
    socket.start();
    newest().accept();
    socket.subscribe("observation");
    newest().onclose?.({ code: 1006 });
    expect(socket.phase).toBe("waiting");
    vi.advanceTimersByTime(500);
    newest().accept();
    expect(connections).toHaveLength(2);
    expect(newest().sent.at(-1)).toEqual({ type: "subscribe", topics: ["vehicle.state", "observation"], batches: true });
  });

  test("waits longer after each failure, but never more than fifteen seconds", () => {
    socket.start();
    const pauses = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const pause of pauses) {
      const before = connections.length;
      newest().onclose?.({ code: 1006 });
      vi.advanceTimersByTime(pause - 1);
      expect(connections).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(connections).toHaveLength(before + 1);
    }
  });

  test("starts again with short pauses once it was online", () => {
    socket.start();
    newest().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    newest().accept();
    newest().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    expect(connections).toHaveLength(3);
  });

  test("does not knock again with a token the server refused", () => {
    socket.start();
    newest().onclose?.({ code: 4401 });
    vi.advanceTimersByTime(60_000);
    expect(socket.phase).toBe("refused");
    expect(connections).toHaveLength(1);
  });

  test("treats long silence as a dead connection", () => {
    socket.start();
    newest().accept();
    vi.advanceTimersByTime(24_000);
    newest().say({ type: "ping" });
    vi.advanceTimersByTime(24_000);
    expect(socket.phase).toBe("online");
    vi.advanceTimersByTime(1_000);
    expect(socket.phase).toBe("waiting");
    expect(connections[0]?.closed).toBe(true);
  });

  test("stays closed after stop", () => {
    socket.start();
    newest().accept();
    socket.stop();
    vi.advanceTimersByTime(60_000);
    expect(connections).toHaveLength(1);
    expect(connections[0]?.closed).toBe(true);
  });
});
