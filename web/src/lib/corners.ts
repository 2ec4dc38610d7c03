/** The corners of a shape as numbers: moved, put in and taken out without a pointer. */
import type { LonLat } from "../api/types";
import { destination } from "./geometry";
import type { DrawnShape, ShapeKind, ShapeRole } from "../map/shape-drawing";
import { shapeId } from "../map/shape-id";

/** Fewer would be no such shape. */
const LEAST: Record<ShapeKind, number> = { area: 3, line: 2, circle: 1, point: 1 };
const DIGITS = 7;
const rounded = (degrees: number) => Number(degrees.toFixed(DIGITS));

export const mayDrop = (one: DrawnShape) => one.places.length > LEAST[one.kind];

export const moved = (one: DrawnShape, index: number, to: LonLat): DrawnShape => ({ ...one, places: one.places.map((place, n) => (n === index ? to : place)) });

export const dropped = (one: DrawnShape, index: number): DrawnShape => ({ ...one, places: one.places.filter((_, n) => n !== index) });

/** One more half-way to the next; beyond the end of a line as far again as the last leg. */
export function inserted(one: DrawnShape, index: number): DrawnShape {
  const here = one.places[index] as LonLat;
  const beyond = one.kind === "line" && index === one.places.length - 1;
  const next = beyond ? (one.places[index - 1] as LonLat) : (one.places[(index + 1) % one.places.length] as LonLat);
  const share = beyond ? -1 : 0.5;
  const between: LonLat = [rounded(here[0] + (next[0] - here[0]) * share), rounded(here[1] + (next[1] - here[1]) * share)];
  return { ...one, places: [...one.places.slice(0, index + 1), between, ...one.places.slice(index + 1)] };
}

/** A first shape around a place, to be changed by numbers. */
export function shapeAround(kind: ShapeKind, role: ShapeRole, middle: LonLat, reachM: number): DrawnShape {
  const at = (bearingDeg: number) => destination(middle, bearingDeg, reachM).map(rounded) as LonLat;
  const shape = (places: LonLat[], radiusM = 0): DrawnShape => ({ id: shapeId(), role, kind, places, radiusM });
  if (kind === "area") return shape([225, 315, 45, 135].map(at));
  if (kind === "line") return shape([270, 90].map(at));
  return shape([middle.map(rounded) as LonLat], kind === "circle" ? Math.round(reachM) : 0);
}

/** "43.65, 51.16" as it is copied from a map or a message: latitude first. */
export function placeFromText(text: string): LonLat | null {
  const [lat, lon, more] = [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
  if (lat === undefined || lon === undefined || more !== undefined) return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [rounded(lon), rounded(lat)] : null;
}
