import type { LonLat } from "../api/types";
import { distanceM } from "../lib/geometry";

const STEP_M = 1.5;
const LONGEST = 1200;

/** Adds a position when the vehicle has moved; the oldest go first. Returns whether the trail changed. */
export function extendTrail(trail: LonLat[], position: LonLat): boolean {
  const last = trail.at(-1);
  if (last && distanceM(last, position) < STEP_M) return false;
  trail.push(position);
  if (trail.length > LONGEST) trail.splice(0, trail.length - LONGEST);
  return true;
}
