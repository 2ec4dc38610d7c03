/** A replay's columns at any instant. Pure; times are seconds from the start of the timeline. */
import type { ReplayView } from "../api/types";

export type Columns = ReplayView["columns"];
type Values = readonly (number | null)[];

export interface Moment {
  lonDeg: number;
  latDeg: number;
  heightM: number | null;
  headingDeg: number | null;
  speedMps: number | null;
  climbMps: number | null;
  batteryFraction: number | null;
  /** Points up to this one lie behind; -1 before the first. */
  index: number;
}

/** Index of the last time at or before `t`; -1 before the first. */
export function indexAt(times: readonly number[], t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where the aircraft was at `t`, between two points in a straight line; before the first and after the last it stands. */
export function momentAt(columns: Columns, t: number): Moment | null {
  const count = columns.t_s.length;
  if (count === 0) return null;
  const index = indexAt(columns.t_s, t);
  const from = Math.max(0, index);
  const to = Math.min(count - 1, index + 1);
  const span = (columns.t_s[to] as number) - (columns.t_s[from] as number);
  const share = span > 0 ? Math.min(1, Math.max(0, (t - (columns.t_s[from] as number)) / span)) : 0;
  return {
    lonDeg: between(columns.lon_deg, from, to, share) as number,
    latDeg: between(columns.lat_deg, from, to, share) as number,
    heightM: between(columns.height_m, from, to, share) ?? null,
    headingDeg: turned(columns.heading_deg[from] ?? null, columns.heading_deg[to] ?? null, share) ?? courseAt(columns, from),
    speedMps: between(columns.ground_speed_mps, from, to, share),
    climbMps: between(columns.climb_mps, from, to, share),
    batteryFraction: columns.battery_fraction[from] ?? null,
    index,
  };
}

/** For logs without a heading: the way it went to get here, or goes from here; null when it never moves. */
function courseAt({ lon_deg: lon, lat_deg: lat }: Columns, index: number): number | null {
  const moved = (i: number) => lon[i] !== lon[index] || lat[i] !== lat[index];
  let before = index;
  while (before > 0 && !moved(before)) before -= 1;
  let after = index;
  while (after < lon.length - 1 && !moved(after)) after += 1;
  const [from, to] = moved(before) ? [before, index] : [index, after];
  if (!moved(from) && !moved(to)) return null;
  const middle = (((lat[from] as number) + (lat[to] as number)) / 2) * (Math.PI / 180);
  const east = ((lon[to] as number) - (lon[from] as number)) * Math.cos(middle);
  return ((Math.atan2(east, (lat[to] as number) - (lat[from] as number)) * 180) / Math.PI + 360) % 360;
}

/** The entry in force at `t`. */
export function lastBefore<T extends { t_s: number }>(entries: readonly T[], t: number): T | null {
  let found: T | null = null;
  for (const entry of entries) {
    if (entry.t_s > t) break;
    found = entry;
  }
  return found;
}

/** SVG path of a column over a box of 1000 × 100, gaps left open. `top` is the value at the upper edge. */
export function profile(times: readonly number[], values: Values, durationS: number, bottom: number, top: number): string {
  const step = Math.max(1, Math.floor(times.length / 1000));
  let path = "";
  let pen = "M";
  for (let i = 0; i < times.length; i += step) {
    const value = values[i];
    if (value == null) {
      pen = "M";
      continue;
    }
    const x = durationS > 0 ? ((times[i] as number) / durationS) * 1000 : 0;
    const y = 100 - ((value - bottom) / Math.max(1e-6, top - bottom)) * 100;
    path += `${pen}${x.toFixed(1)} ${Math.min(100, Math.max(0, y)).toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/** Lowest and highest of the values that are known; null when none is. */
export function range(values: Values): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value == null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

function between(values: Values, from: number, to: number, share: number): number | null {
  const a = values[from] ?? null;
  const b = values[to] ?? null;
  return a === null || b === null ? (a ?? b) : a + (b - a) * share;
}

/** The shorter way round. */
function turned(a: number | null, b: number | null, share: number): number | null {
  if (a === null || b === null) return a ?? b;
  const turn = ((b - a + 540) % 360) - 180;
  return (a + turn * share + 360) % 360;
}
