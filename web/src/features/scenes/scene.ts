/** A scene as things to draw and to fill in, and as the features the server keeps. What nobody changes here stays as it came. */
import type { Feature, Geometry, MultiLineString, Position } from "geojson";
import type { SceneFeature } from "../../api/scenes";
import type { LonLat } from "../../api/types";
import { bearingDeg, destination, distanceM } from "../../lib/geometry";
import type { DrawnShape } from "../../map/shape-drawing";
import { shapeId } from "../../map/shape-id";
import { kindOf, type SceneKind } from "./kinds";

export interface SceneThing {
  /** Its shape's on the map, and only there. */
  key: string;
  feature: SceneFeature;
}

export const kindIn = ({ feature }: SceneThing) => String(feature.properties.kind);
export const idIn = ({ feature }: SceneThing) => (typeof feature.properties.id === "string" ? feature.properties.id : "");

export const thingsOf = (features: readonly SceneFeature[]): SceneThing[] => features.map((feature) => ({ key: shapeId(), feature }));
export const featuresOf = (things: readonly SceneThing[]): SceneFeature[] => things.map(({ feature }) => feature);

/** Those of a kind that others name. */
export const idsOf = (things: readonly SceneThing[], kind: SceneKind) => things.filter((one) => kindIn(one) === kind).map(idIn).filter(Boolean);

/** As it can be moved on the map; null for what has no such geometry. */
export function shapeIn(thing: SceneThing): DrawnShape | null {
  const { geometry } = thing.feature;
  const common = { id: thing.key, role: kindOf(kindIn(thing)).role, radiusM: 0 };
  if (geometry?.type === "Point") return { ...common, kind: "point", places: [flat(geometry.coordinates)] };
  if (geometry?.type === "LineString") return { ...common, kind: "line", places: geometry.coordinates.map(flat) };
  if (geometry?.type === "Polygon") return { ...common, kind: "area", places: (geometry.coordinates[0] ?? []).slice(0, -1).map(flat) };
  return null;
}

/** A new thing of a kind, with a free id. `way`: its places as they were drawn, for the tool may turn a ring round; they tell where its traffic goes. */
export function newThing(kind: SceneKind, drawn: DrawnShape | null, things: readonly SceneThing[], way: readonly LonLat[] = drawn?.places ?? []): SceneThing {
  const taken = new Set(things.map(idIn));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  const heading = headingFrom(kind, way);
  const properties = { kind, id: `${kind}-${number}`, ...(heading === null ? {} : { heading_deg: heading }) };
  return { key: drawn?.id ?? shapeId(), feature: { type: "Feature", geometry: drawn ? geometryOf(drawn, null) : null, properties } };
}

/** Moved on the map: a heading that followed the drawing follows it still, one that was given stays. */
export function redrawn(thing: SceneThing, drawn: DrawnShape): SceneThing {
  const { feature } = thing;
  const before = shapeIn(thing);
  if (before && JSON.stringify(before.places) === JSON.stringify(drawn.places)) return thing;
  const heading = before && followed(kindIn(thing), feature.properties.heading_deg, before.places, drawn.places);
  const properties = heading === null ? feature.properties : { ...feature.properties, heading_deg: heading };
  return { ...thing, feature: { ...feature, geometry: geometryOf(drawn, feature.geometry), properties } };
}

/** The heading of the same side of a thing drawn otherwise; null where it was not that of a side. A ring may have been turned round meanwhile. */
function followed(kind: string, heading: unknown, before: readonly LonLat[], places: readonly LonLat[]): number | null {
  const sides = (ring: readonly LonLat[]) => [ring, ...(kindOf(kind).heading === "along" ? [ring.slice(0, 1).concat(ring.slice(-1))] : [])].map((way) => headingFrom(kind, way));
  if (typeof heading !== "number" || !sides(before).includes(heading)) return null;
  const off = (side: number) => Math.abs(((side - heading + 540) % 360) - 180);
  return sides(places).filter((side) => side !== null).sort((a, b) => off(a) - off(b))[0] ?? null;
}

/** Filled in: an empty value is none. */
export function told(thing: SceneThing, name: string, value: unknown): SceneThing {
  const others = Object.fromEntries(Object.entries(thing.feature.properties).filter(([known]) => known !== name));
  const none = value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return { ...thing, feature: { ...thing.feature, properties: none ? others : { ...others, [name]: value } } };
}

const NAMING: Partial<Record<string, readonly string[]>> = { signal: ["signal"], turn_edge: ["entry", "exit"] };

/** Called otherwise, also by the things that name it. */
export function renamed(things: readonly SceneThing[], key: string, id: string): SceneThing[] {
  const before = things.find((one) => one.key === key);
  const names = (before && idIn(before) && NAMING[kindIn(before)]) || [];
  return things.map((one) => {
    if (one.key === key) return told(one, "id", id);
    const naming = names.filter((name) => one.feature.properties[name] === idIn(before as SceneThing));
    return naming.reduce((thing, name) => told(thing, name, id), one);
  });
}

/** Which way the traffic goes by the way a thing was drawn, in whole degrees; null where nothing is said by it. */
export function headingFrom(kind: string, places: readonly LonLat[]): number | null {
  const by = kindOf(kind).heading;
  const [first, second] = [places[0], by === "across" ? places[places.length - 1] : places[1]];
  if (!by || !first || !second) return null;
  return Math.round(bearingDeg(first, second) + (by === "across" ? 270 : 0)) % 360;
}

export type Lack = "heading" | "along" | "signal" | "cycle" | "edges" | "sameEdge" | "twice";

/** What a thing cannot be judged by for, before the server says it. */
export function lacksOf(thing: SceneThing, things: readonly SceneThing[]): Lack[] {
  const { properties } = thing.feature;
  const { fields, heading } = kindOf(kindIn(thing));
  const found: Lack[] = [];
  const named = (name: string, kind: SceneKind) => idsOf(things, kind).includes(String(properties[name] ?? ""));
  if (fields.includes("heading") && typeof properties.heading_deg !== "number") found.push("heading");
  else if (heading === "across" && runsAlong(thing)) found.push("along");
  if (fields.includes("signal")) {
    const signal = things.find((one) => kindIn(one) === "signal" && idIn(one) === properties.signal);
    if (kindIn(thing) === "rail_crossing" && !signal?.feature.properties.schedule) found.push("cycle");
    else if (properties.signal && !signal) found.push("signal");
  }
  if (fields.includes("turn")) {
    if (!named("entry", "turn_edge") || !named("exit", "turn_edge")) found.push("edges");
    else if (properties.entry === properties.exit) found.push("sameEdge");
  }
  if (idIn(thing) && things.some((one) => one.key !== thing.key && idIn(one) === idIn(thing))) found.push("twice");
  return found;
}

/** A line across a road whose traffic would go along it: more than 0.7 of the line lies in its heading. */
function runsAlong(thing: SceneThing): boolean {
  const places = shapeIn(thing)?.places ?? [];
  const [first, last] = [places[0], places[places.length - 1]];
  if (!first || !last || places.length < 2) return false;
  const off = (bearingDeg(first, last) - Number(thing.feature.properties.heading_deg)) * (Math.PI / 180);
  return Math.abs(Math.cos(off)) > 0.7;
}

/** Which of the things sent a refusal names; null for one about all of them. */
export function namedIn(refusal: string): number | null {
  const found = /\bfeature (\d+)\b|\bfeatures\.(\d+)\b/i.exec(refusal);
  return found ? Number(found[1] ?? found[2]) : null;
}

/** What is shown of things beside their shapes: names, and arrows where the traffic goes; `whole` with their shapes. */
export function marksOf(things: readonly SceneThing[], whole: boolean): Feature[] {
  return things.flatMap((thing): Feature[] => {
    const { geometry, properties } = thing.feature;
    const shape = shapeIn(thing);
    const { role, fields } = kindOf(kindIn(thing));
    const marks: Feature[] = whole && geometry ? [{ type: "Feature", properties: { part: "shape", role }, geometry }] : [];
    if (!shape?.places.length) return marks;
    const middle = middleOf(shape);
    if (fields.includes("heading") && typeof properties.heading_deg === "number") {
      marks.push({ type: "Feature", properties: { part: "heading", role }, geometry: arrow(middle, properties.heading_deg, arrowM(shape)) });
    }
    if (idIn(thing)) marks.push({ type: "Feature", properties: { part: "name", text: idIn(thing) }, geometry: { type: "Point", coordinates: middle } });
    return marks;
  });
}

/** From a place towards a heading, with a head. */
export function arrow(from: LonLat, headingDeg: number, lengthM: number): MultiLineString {
  const tip = destination(from, headingDeg, lengthM);
  const side = (turn: number) => destination(tip, headingDeg + turn, Math.min(2, lengthM * 0.3));
  return { type: "MultiLineString", coordinates: [[from, tip], [side(150), tip, side(-150)]] };
}

function arrowM({ places }: DrawnShape): number {
  const spread = Math.max(...places.map((place) => distanceM(places[0] as LonLat, place)));
  return Math.min(20, Math.max(3, spread * 0.4));
}

function middleOf({ places }: DrawnShape): LonLat {
  const mean = (axis: 0 | 1) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  return [mean(0), mean(1)];
}

const flat = (place: Position): LonLat => [place[0] ?? 0, place[1] ?? 0];

/** Holes of an area are not drawn here and stay. */
function geometryOf({ kind, places }: DrawnShape, before: Geometry | null): Geometry {
  const [first] = places as [LonLat];
  if (kind === "point") return { type: "Point", coordinates: first };
  if (kind === "line") return { type: "LineString", coordinates: places };
  const holes = before?.type === "Polygon" ? before.coordinates.slice(1) : [];
  return { type: "Polygon", coordinates: [[...places, first], ...holes] };
}
