/** Other aircraft that our vehicles' receivers hear. */
import type { TrafficState } from "../api/types";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";

const FORGOTTEN_MS = 60_000;

export class Traffic {
  readonly #heard = new Map<string, { state: TrafficState; receivedMs: number }>();
  readonly #changed = new Set<() => void>();
  readonly #tell = perFrame(() => {
    for (const listener of this.#changed) listener();
  });

  listen(hub: TopicHub): void {
    hub.subscribe("traffic", (state) => {
      if (state.gone) this.#heard.delete(state.traffic_id);
      else this.#heard.set(state.traffic_id, { state, receivedMs: Date.now() });
      this.#tell();
    });
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  /** Also without a last word nobody stays longer than a minute. */
  all(): { state: TrafficState; receivedMs: number }[] {
    for (const [id, { receivedMs }] of this.#heard) if (Date.now() - receivedMs > FORGOTTEN_MS) this.#heard.delete(id);
    return [...this.#heard.values()];
  }
}
