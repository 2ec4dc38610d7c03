/** What a person has drawn and filled in: one value, so that every edit can be undone. To a request and back. */
import type { Geometry, Polygon, Position } from "geojson";
import type { LonLat, PatternInfo, PlanRequest } from "../../api/types";
import { ringAreaM2 } from "../../lib/geometry";
import type { DrawnShape, ShapeKind, ShapeRole } from "../../map/shape-drawing";
import { shapeId } from "../../map/shape-id";
import { type Target, defaultsOf, targetOf } from "./pattern";

export interface Draft {
  pattern: string;
  /** Members of the request that are not drawn. */
  values: Record<string, unknown>;
  by: "gsd" | "altitude";
  shapes: readonly DrawnShape[];
  /** What is said of a place beside where it is, by the id of its shape. */
  items: Readonly<Record<string, Record<string, unknown>>>;
}

const DEFAULT_GSD_CM = 3;
const DEFAULT_ALTITUDE_M = 60;
const DEFAULT_RADIUS_M = 40;

export function emptyDraft(pattern: PatternInfo): Draft {
  const values = defaultsOf(pattern);
  return { pattern: pattern.pattern, by: "gsd", shapes: [], items: {}, values: withScale(values) };
}

/** Another pattern over the same place, as far as its geometry is of the same kind; shared values stay. */
export function repattern(draft: Draft, from: PatternInfo, to: PatternInfo): Draft {
  const [old, next] = [targetOf(from), targetOf(to)];
  const defaults = defaultsOf(to);
  const kept = Object.entries(draft.values).filter(([name, value]) => name in defaults && value !== null);
  const fits = (shape: DrawnShape) => shape.role !== "target" || shape.kind === next?.kind;
  const holes = (shape: DrawnShape) => shape.role !== "hole" || next?.holes;
  const shapes = draft.shapes.filter((shape) => fits(shape) && holes(shape));
  const targets = shapes.filter((shape) => shape.role === "target");
  const most = old && next && !next.several ? targets.slice(0, 1) : targets;
  return {
    ...draft,
    pattern: to.pattern,
    values: withScale({ ...defaults, ...Object.fromEntries(kept) }),
    shapes: shapes.filter((shape) => shape.role !== "target" || most.includes(shape)),
  };
}

function withScale(values: Record<string, unknown>): Record<string, unknown> {
  const gsd = "gsd_cm" in values ? { gsd_cm: values.gsd_cm ?? DEFAULT_GSD_CM } : {};
  const altitude = "altitude_m" in values ? { altitude_m: values.altitude_m ?? DEFAULT_ALTITUDE_M } : {};
  return { ...values, ...gsd, ...altitude };
}

/** One target unless the pattern takes several; holes, zones and homes add up; one fence. */
export function putShape(draft: Draft, shape: DrawnShape, target: Target | null): Draft {
  const known = draft.shapes.some((one) => one.id === shape.id);
  if (known) return { ...draft, shapes: draft.shapes.map((one) => (one.id === shape.id ? shape : one)), values: withRadius(draft.values, shape, target) };
  const single = shape.role === "fence" || (shape.role === "target" && !target?.several);
  const others = single ? draft.shapes.filter((one) => one.role !== shape.role) : draft.shapes;
  const drawn = shape.role === "target" && shape.kind === "circle" && shape.radiusM < 1 ? { ...shape, radiusM: Number(draft.values[target?.radius ?? ""]) || DEFAULT_RADIUS_M } : shape;
  return { ...draft, shapes: [...others, drawn], values: withRadius(draft.values, drawn, target) };
}

export const dropShape = (draft: Draft, id: string): Draft => ({ ...draft, shapes: draft.shapes.filter((shape) => shape.id !== id) });

function withRadius(values: Draft["values"], shape: DrawnShape, target: Target | null): Draft["values"] {
  return target?.radius && shape.role === "target" ? { ...values, [target.radius]: shape.radiusM } : values;
}

/** Sets a value; the radius also changes the circle. */
export function withValue(draft: Draft, name: string, value: unknown, target: Target | null): Draft {
  const resize = name === target?.radius && typeof value === "number";
  const shapes = resize ? draft.shapes.map((shape) => (shape.role === "target" ? { ...shape, radiusM: value } : shape)) : draft.shapes;
  return { ...draft, shapes, values: { ...draft.values, [name]: value } };
}

export const withItem = (draft: Draft, id: string, name: string, value: unknown): Draft => ({ ...draft, items: { ...draft.items, [id]: { ...draft.items[id], [name]: value } } });

/** What is said of a place: what a person set, the rest as the catalogue proposes it. */
export function itemOf(draft: Draft, id: string, target: Target): Record<string, unknown> {
  return { ...Object.fromEntries(target.fields.map((field) => [field.name, field.first])), ...draft.items[id] };
}

export const shape = (role: ShapeRole, kind: ShapeKind, places: LonLat[], radiusM = 0): DrawnShape => ({ id: shapeId(), role, kind, places, radiusM });

/** The request the server plans; null while the geometry is missing. `home` is used where none is set on the map. */
export function requestOf(drawn: Draft, pattern: PatternInfo, home: (near: LonLat) => LonLat | null): PlanRequest | null {
  const draft = { ...drawn, shapes: drawn.shapes.map((one) => ({ ...one, places: one.places.map(aroundTheGlobe) })) };
  const target = targetOf(pattern);
  const targets = draft.shapes.filter((one) => one.role === "target" && one.kind === target?.kind);
  const first = targets[0]?.places[0];
  if (!target || !first || !enough(targets, target)) return null;
  const homes = draft.shapes.filter((one) => one.role === "home").flatMap((one) => one.places);
  const fence = draft.shapes.find((one) => one.role === "fence");
  const avoid = draft.shapes.filter((one) => one.role === "avoid");
  const allowed = pattern.request.properties;
  const scale = "gsd_cm" in allowed && draft.by === "gsd" ? { altitude_m: null } : { gsd_cm: null };
  const members: Record<string, unknown> = {
    ...draft.values,
    ...scale,
    pattern: draft.pattern,
    [target.member]: geometryOf(draft, targets, target),
    home: homes[0] ?? home(first),
    avoid: avoid.map((one) => polygon([one.places])),
    fence: fence ? polygon([fence.places]) : null,
    vehicles: homes.length > 1 ? homes.map((at) => ({ home: at })) : [],
  };
  return Object.fromEntries(Object.entries(members).filter(([name]) => name in allowed)) as PlanRequest;
}

/** East of longitude 180 the map goes on counting. */
const aroundTheGlobe = ([lon, lat]: LonLat): LonLat => [lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon, lat];

function enough(targets: readonly DrawnShape[], target: Target): boolean {
  const corners = { area: 3, line: 2, circle: 1, point: 1 }[target.kind];
  return targets.every((one) => one.places.length >= corners);
}

function geometryOf(draft: Draft, targets: readonly DrawnShape[], target: Target): unknown {
  const one = (part: DrawnShape) => (target.kind === "area" ? polygon([part.places]) : target.kind === "line" ? { type: "LineString", coordinates: part.places } : part.places[0]);
  if (target.several) return targets.map((part) => (target.place ? { ...itemOf(draft, part.id, target), [target.place]: one(part) } : one(part)));
  const [first] = targets as [DrawnShape];
  if (!target.holes) return one(first);
  return polygon([first.places, ...draft.shapes.filter((part) => part.role === "hole").map((part) => part.places)]);
}

const polygon = (rings: LonLat[][]): Polygon => ({ type: "Polygon", coordinates: rings.map((ring) => [...ring, ring[0] as LonLat]) });

/** A saved request, to be drawn and changed again. */
export function draftOf(request: PlanRequest, pattern: PatternInfo): Draft {
  const target = targetOf(pattern);
  const names = Object.keys(defaultsOf(pattern));
  const values = Object.fromEntries(names.map((name) => [name, request[name] ?? null]));
  const homes = Array.isArray(request.vehicles) && request.vehicles.length > 1 ? request.vehicles.map((one) => (one as { home: LonLat }).home) : request.home ? [request.home as LonLat] : [];
  const targets = target ? targetShapes(request[target.member], target, Number(values[target.radius ?? ""] ?? 0)) : [];
  const shapes = [
    ...targets,
    ...((request.avoid ?? []) as Polygon[]).map((zone) => shape("avoid", "area", ring(zone.coordinates[0]))),
    ...(request.fence ? [shape("fence", "area", ring((request.fence as Polygon).coordinates[0]))] : []),
    ...homes.filter(Boolean).map((at) => shape("home", "point", [at])),
  ];
  const by = request.altitude_m == null && "gsd_cm" in values ? "gsd" : "altitude";
  return { pattern: pattern.pattern, by, shapes, items: target ? itemsOf(request, target, targets) : {}, values: withScale(values) };
}

function itemsOf(request: PlanRequest, target: Target, targets: readonly DrawnShape[]): Draft["items"] {
  const said = target.place ? (request[target.member] as Record<string, unknown>[]) : [];
  const names = target.fields.map((field) => field.name);
  return Object.fromEntries(said.map((item, n) => [targets[n]?.id ?? "", Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]))]));
}

function targetShapes(value: unknown, target: Target, radiusM: number): DrawnShape[] {
  if (target.several) {
    const geometries = ((value ?? []) as unknown[]).map((one) => (target.place ? (one as Record<string, unknown>)[target.place] : one));
    return geometries.flatMap((one) => targetShapes(one, { ...target, several: false }, radiusM));
  }
  if (Array.isArray(value)) return [shape("target", target.kind, [value as LonLat], radiusM)];
  const geometry = value as Geometry | null;
  if (geometry?.type === "LineString") return [shape("target", "line", geometry.coordinates.map(lonLat))];
  if (geometry?.type !== "Polygon") return [];
  const [outer, ...holes] = geometry.coordinates;
  return [shape("target", "area", ring(outer)), ...holes.map((hole) => shape("hole", "area", ring(hole)))];
}

const lonLat = (at: Position): LonLat => [at[0] ?? 0, at[1] ?? 0];
const ring = (positions: Position[] = []) => positions.slice(0, -1).map(lonLat);

/** Shapes for a pattern out of the geometry of a thing on the map; empty when it is of another kind. */
export function shapesFrom(geometry: Geometry, target: Target): DrawnShape[] {
  const { kind } = target;
  if (kind === "area") {
    const rings = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    const largest = [...rings].sort((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0))[0];
    return largest ? targetShapes({ type: "Polygon", coordinates: target.holes ? largest : largest.slice(0, 1) }, { ...target, several: false }, 0) : [];
  }
  if (kind === "line") {
    const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.type === "MultiLineString" ? geometry.coordinates : geometry.type === "Polygon" ? geometry.coordinates.slice(0, 1) : [];
    const longest = [...lines].sort((a, b) => b.length - a.length)[0];
    return longest ? [shape("target", "line", longest.map(lonLat))] : [];
  }
  const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.type === "MultiPoint" ? geometry.coordinates : [];
  return points.map((at) => shape("target", kind, [lonLat(at)], kind === "circle" ? DEFAULT_RADIUS_M : 0));
}

/** A place out of a file; the probability that what is searched for is there, where the file says it. */
export interface Brought {
  geometry: Geometry;
  probability: number | null;
}

/** The areas of a probability map instead of what was to be searched before. */
export function withLikely(draft: Draft, likely: readonly Brought[], pattern: PatternInfo): Draft {
  const target = targetOf(pattern);
  const said = target ? likely.flatMap(({ geometry, probability }) => shapesFrom(geometry, target).map((one) => ({ one, probability }))) : [];
  const others = draft.shapes.filter((one) => one.role !== "target");
  const items = Object.fromEntries(said.map(({ one, probability }) => [one.id, { probability }]));
  return { ...draft, shapes: [...said.map(({ one }) => one), ...others], items };
}

/** How dark each area of a probability map is drawn, by its id: the likeliest ground is 1. Empty where nothing is said of areas. */
export function shadesOf(draft: Draft): ReadonlyMap<string, number> {
  const dense = draft.shapes.flatMap(({ id, kind, role, places }) => {
    const probability = draft.items[id]?.probability;
    return kind === "area" && role === "target" && typeof probability === "number" ? [[id, probability / Math.max(ringAreaM2(places), 1)] as const] : [];
  });
  const most = Math.max(...dense.map(([, density]) => density));
  return new Map(dense.map(([id, density]) => [id, density / most]));
}

/** Areas of a geometry as zones to keep out of. */
export function zonesFrom(geometry: Geometry): DrawnShape[] {
  const areas = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  return areas.map((rings) => shape("avoid", "area", ring(rings[0])));
}
