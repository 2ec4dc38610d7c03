/** The way over the ground of the finding that is looked at, with the time of each corner. */
import type { Feature, FeatureCollection } from "geojson";
import { getJson } from "../api/client";
import type { LonLat, TrajectoryFeature } from "../api/types";
import { clock } from "../lib/units";
import { lineLengthM } from "../lib/geometry";

export interface Way {
  line: LonLat[];
  /** Milliseconds since 1970 of each corner. */
  times: number[];
}

/** A time is written at the ends and after each so many seconds between; what does not fit is left out by the map. */
const TIME_STEP_MS = 5000;

export class SelectedWay {
  way = $state.raw<Way | null>(null);
  #wanted: string | null = null;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get lengthM(): number | null {
    return this.way && lineLengthM(this.way.line);
  }

  /** `revision` tells that more was seen since. */
  show(id: string | null, revision = 0): void {
    const wanted = id === null ? null : `${id}:${revision}`;
    if (wanted === this.#wanted) return;
    const same = id !== null && this.#wanted?.startsWith(`${id}:`);
    this.#wanted = wanted;
    if (!same) this.#set(null);
    if (id !== null && wanted !== null) void this.#load(id, wanted);
  }

  features(): FeatureCollection {
    return { type: "FeatureCollection", features: this.way ? featuresOf(this.way) : [] };
  }

  async #load(id: string, wanted: string): Promise<void> {
    try {
      const found = await getJson<TrajectoryFeature>(`/api/v1/trajectories/${id}`);
      if (wanted === this.#wanted) this.#set(wayOf(found));
    } catch {
      // The finding itself is shown all the same; its next revision asks again.
    }
  }

  #set(way: Way | null): void {
    this.way = way;
    this.#onChange();
  }
}

export function wayOf(found: TrajectoryFeature): Way | null {
  if (!found.geometry) return null;
  return { line: found.geometry.coordinates, times: found.properties.times.map((time) => Date.parse(time)) };
}

/** The line, and points along it with their time in words. */
export function featuresOf(way: Way): Feature[] {
  const marks = marksOf(way).map(
    ({ ms, at, end }): Feature => ({ type: "Feature", properties: { time: clock(new Date(ms)), end }, geometry: { type: "Point", coordinates: at } }),
  );
  return [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way.line } }, ...marks];
}

export function marksOf(way: Way): { ms: number; at: LonLat; end: boolean }[] {
  const [first, last] = [way.times[0] as number, way.times.at(-1) as number];
  const marks = [{ ms: first, at: way.line[0] as LonLat, end: true }];
  for (let ms = Math.ceil((first + 1) / TIME_STEP_MS) * TIME_STEP_MS; ms < last; ms += TIME_STEP_MS) {
    marks.push({ ms, at: placeAt(way, ms), end: false });
  }
  return [...marks, { ms: last, at: way.line.at(-1) as LonLat, end: true }];
}

export function placeAt(way: Way, ms: number): LonLat {
  const after = Math.max(1, way.times.findIndex((time) => time >= ms));
  const [from, to] = [way.line[after - 1] as LonLat, way.line[after] as LonLat];
  const [start, end] = [way.times[after - 1] as number, way.times[after] as number];
  const share = (ms - start) / (end - start);
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}
