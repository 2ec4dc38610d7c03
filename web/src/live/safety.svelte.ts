/** What the server watches over in flight: each vehicle's latest turn-back, and pairs that come too close. */
import type { ConflictState, TurnBackState } from "../api/types";
import { now } from "../lib/now.svelte";
import type { TopicHub } from "./topics";

const FORGOTTEN_MS = 10_000;

export class Safety {
  conflicts = $state.raw<readonly ConflictState[]>([]);
  #turnBacks = $state.raw<ReadonlyMap<string, { state: TurnBackState; receivedMs: number }>>(new Map());
  readonly #changed = new Set<() => void>();

  listen(hub: TopicHub): void {
    hub.subscribe("vehicle.turn_back", (state) => {
      this.#turnBacks = new Map(this.#turnBacks).set(state.vehicle_id, { state, receivedMs: Date.now() });
      this.#tell();
    });
    hub.subscribe("fleet.conflicts", (found) => {
      this.conflicts = found.items;
      this.#tell();
    });
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  /** Nothing when the server has not spoken of it for a while: a vehicle that landed, a watch that stopped. */
  turnBack(vehicleId: string, nowMs = now.ms): TurnBackState | null {
    const heard = this.#turnBacks.get(vehicleId);
    return heard && nowMs - heard.receivedMs < FORGOTTEN_MS ? heard.state : null;
  }

  turnBacks(nowMs: number): TurnBackState[] {
    return [...this.#turnBacks.values()].filter((heard) => nowMs - heard.receivedMs < FORGOTTEN_MS).map((heard) => heard.state);
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }
}
