/** How old what is shown of a vehicle is. Stale data must look stale. */
import type { VehicleState } from "../api/types";

/** `station` sends five states a second; after this long without one the picture is no longer live. */
export const STALE_AFTER_S = 3;

export type Freshness = "live" | "stale" | "lost";

/** Seconds since the vehicle was last heard: what the station measured plus the time since its message came here. */
export function linkAgeS(state: VehicleState, receivedMs: number, nowMs: number): number {
  return state.heartbeat_age_s + Math.max(0, nowMs - receivedMs) / 1000;
}

export function freshness(state: VehicleState, receivedMs: number, nowMs: number): Freshness {
  if (state.link === "lost") return "lost";
  return (nowMs - receivedMs) / 1000 > STALE_AFTER_S ? "stale" : "live";
}
