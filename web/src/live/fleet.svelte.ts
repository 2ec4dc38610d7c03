/** All vehicles heard of, newest state each, handed to the screen once per animation frame. */
import type { LonLat, VehicleEvent, VehicleState, VehicleWithLease } from "../api/types";
import { listVehicles } from "../api/vehicles";
import { now } from "../lib/now.svelte";
import { type Freshness, freshness, linkAgeS } from "./freshness";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";
import { extendTrail } from "./trail";

const EVENTS_KEPT = 200;

interface Heard {
  state: VehicleState;
  receivedMs: number;
}

export class Fleet {
  vehicles = $state.raw<ReadonlyMap<string, VehicleState>>(new Map());
  events = $state.raw<readonly VehicleEvent[]>([]);
  readonly trails = new Map<string, LonLat[]>();
  readonly #heard = new Map<string, Heard>();
  readonly #changed = new Set<() => void>();
  readonly #publish = perFrame(() => {
    this.vehicles = new Map([...this.#heard].map(([id, { state }]) => [id, state]));
    for (const listener of this.#changed) listener();
  });

  listen(hub: TopicHub): void {
    hub.subscribe("vehicle.state", (state) => this.hear(state));
    hub.subscribe("vehicle.event", (event) => {
      if (event.kind === "photo") return; // a survey takes thousands: they stand on the map
      this.events = [event, ...this.events.filter((known) => known.event_id !== event.event_id)].slice(0, EVENTS_KEPT);
    });
  }

  /** Fills in what is known before the first live message; a state heard live is never set back. */
  async load(): Promise<VehicleWithLease[]> {
    const { items } = await listVehicles();
    for (const state of items) if (!this.#heard.has(state.vehicle_id)) this.hear(state);
    return items;
  }

  hear(state: VehicleState): void {
    this.#heard.set(state.vehicle_id, { state, receivedMs: Date.now() });
    if (state.lon_deg !== null && state.lat_deg !== null) {
      const trail = this.trails.get(state.vehicle_id) ?? [];
      this.trails.set(state.vehicle_id, trail);
      extendTrail(trail, [state.lon_deg, state.lat_deg]);
    }
    this.#publish();
  }

  /** Called after each frame in which a state changed; the map listens here, outside Svelte's bookkeeping. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  freshness(id: string, nowMs = now.ms): Freshness {
    const heard = this.#heard.get(id);
    return heard ? freshness(heard.state, heard.receivedMs, nowMs) : "lost";
  }

  linkAgeS(id: string, nowMs = now.ms): number {
    const heard = this.#heard.get(id);
    return heard ? linkAgeS(heard.state, heard.receivedMs, nowMs) : Number.POSITIVE_INFINITY;
  }
}

export function positionOf(state: VehicleState): LonLat | null {
  return state.lon_deg === null || state.lat_deg === null ? null : [state.lon_deg, state.lat_deg];
}

export function homeOf(state: VehicleState): LonLat | null {
  return state.home_lon_deg == null || state.home_lat_deg == null ? null : [state.home_lon_deg, state.home_lat_deg];
}
