/** Typed subscriptions over the live socket: one server subscription a topic, any number of listeners. */
import type { LiveTopics, Topic } from "../api/types";
import type { LiveSocket } from "./socket";

type Listener<T extends Topic> = (data: LiveTopics[T]) => void;

export class TopicHub {
  readonly #listeners = new Map<string, Set<(data: never) => void>>();
  #socket: LiveSocket | null = null;

  /** Hands every message of the socket to the listeners of its topic. */
  attach(socket: LiveSocket): void {
    this.#socket = socket;
    for (const topic of this.#listeners.keys()) socket.subscribe(topic);
  }

  subscribe<T extends Topic>(topic: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(listener as (data: never) => void);
    this.#listeners.set(topic, listeners);
    this.#socket?.subscribe(topic);
    return () => listeners.delete(listener as (data: never) => void);
  }

  deliver(topic: string, data: unknown): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(data as never);
  }
}
