/** How much of a planned line is behind the vehicle. Survey lines lie close to each other, so the nearest point alone would lie. */
import type { LonLat } from "../api/types";
import { distanceM, nearestOnLeg } from "./geometry";

/** The vehicle counts as on the line within this distance. */
const ON_LINE_M = 60;
/** Between two telemetry messages a vehicle cannot have flown further than this along its line. */
const LOOK_AHEAD_M = 250;

interface Nearest {
  alongM: number;
  awayM: number;
}

/**
 * Metres of `line` behind the vehicle.
 *
 * `beforeM` is the answer of the previous message (null at first); `expected` is the share the autopilot's item
 * counter suggests and only breaks ties at first.
 */
export function progressAlong(line: LonLat[], position: LonLat, beforeM: number | null, expected: number): number {
  const candidates = nearestPerLeg(line, position).filter((leg) => leg.awayM <= ON_LINE_M);
  if (beforeM === null) {
    const length = line.slice(1).reduce((sum, point, i) => sum + distanceM(line[i] as LonLat, point), 0);
    const wanted = expected * length;
    const best = candidates.sort((a, b) => Math.abs(a.alongM - wanted) - Math.abs(b.alongM - wanted))[0];
    return best?.alongM ?? 0;
  }
  const ahead = candidates.filter((leg) => leg.alongM >= beforeM && leg.alongM <= beforeM + LOOK_AHEAD_M);
  const best = ahead.sort((a, b) => a.awayM - b.awayM)[0];
  return best?.alongM ?? beforeM;
}

/** Cuts the line at `alongM` into what is done and what remains; both share the point of the cut. */
export function splitAt(line: LonLat[], alongM: number): { done: LonLat[]; remaining: LonLat[] } {
  let walked = 0;
  for (let i = 1; i < line.length; i += 1) {
    const from = line[i - 1] as LonLat;
    const to = line[i] as LonLat;
    const leg = distanceM(from, to);
    if (walked + leg >= alongM) {
      const share = leg === 0 ? 0 : (alongM - walked) / leg;
      const cut: LonLat = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
      return { done: [...line.slice(0, i), cut], remaining: [cut, ...line.slice(i)] };
    }
    walked += leg;
  }
  return { done: line, remaining: [] };
}

function nearestPerLeg(line: LonLat[], position: LonLat): Nearest[] {
  const found: Nearest[] = [];
  let walked = 0;
  for (let i = 1; i < line.length; i += 1) {
    const from = line[i - 1] as LonLat;
    const to = line[i] as LonLat;
    const leg = distanceM(from, to);
    const { share, awayM } = nearestOnLeg(from, to, position);
    found.push({ alongM: walked + share * leg, awayM });
    walked += leg;
  }
  return found;
}
