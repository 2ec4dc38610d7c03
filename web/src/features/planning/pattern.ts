/** What the catalogue of patterns says of each: its geometry and the members a form is made of, out of a JSON Schema. */
import type { PatternInfo, SchemaProperty } from "../../api/types";
import type { ShapeKind } from "../../map/shape-drawing";

export type FieldGroup = "pattern" | "camera" | "safety" | "energy";
export type FieldKind = "number" | "text" | "flag" | "choice" | "camera" | "wind";

export interface Field {
  name: string;
  kind: FieldKind;
  group: FieldGroup;
  description: string;
  /** Unit of the shown value; "%" where the request holds a fraction. */
  unit: string;
  /** Shown value = value of the request × scale. */
  scale: number;
  min: number | null;
  max: number | null;
  whole: boolean;
  /** The word that stands for "let the planner choose", or null where null does. Undefined: a value is needed. */
  auto: string | null | undefined;
  options: string[];
  /** What a request says before anybody chooses. */
  first: unknown;
}

/** The member that holds the geometry, and what is drawn for it. */
export interface Target {
  member: string;
  kind: ShapeKind;
  several: boolean;
  holes: boolean;
  /** Member that holds the radius, where the point is the centre of a circle. */
  radius: string | null;
  /** Member of each of several that holds its geometry, where it says more than that; null where it is the geometry alone. */
  place: string | null;
  /** What each of several says beside its place. */
  fields: Field[];
}

const CAMERA = ["camera", "orientation", "gsd_cm", "altitude_m", "front_overlap", "side_overlap"];
const SAFETY = ["clearance_m", "terrain"];
const ENERGY = ["vehicle", "autopilot", "wind", "sorties", "reserve"];
/** Drawn on the map, or asked for elsewhere. */
const ELSEWHERE = new Set(["pattern", "name", "home", "vehicles", "avoid", "fence"]);
const KINDS: Record<string, ShapeKind> = { Polygon: "area", LineString: "line", Point: "point" };
const FRACTIONS = /overlap$|^reserve$|^probability$|^detection$/;
const RADII = ["radius_m", "structure_radius_m"];
/** Of a share that is asked for and has no default. */
const FIRST_SHARE = 0.3;

export function targetOf(pattern: PatternInfo): Target | null {
  const { properties } = pattern.request;
  for (const [member, property] of Object.entries(properties)) {
    if (ELSEWHERE.has(member)) continue;
    const several = property["x-geometry"] === undefined;
    const [place = null, one] = several ? placeOf(property.items) : [null, property];
    const kind = KINDS[one?.["x-geometry"] ?? ""];
    if (!kind) continue;
    const radius = kind === "point" && !several ? (RADII.find((name) => name in properties) ?? null) : null;
    const fields = Object.entries(property.items?.properties ?? {}).flatMap(([name, part]) => (name === place ? [] : (fieldOf(name, part) ?? [])));
    return { member, kind: radius ? "circle" : kind, several, holes: pattern.pattern === "survey", radius, place, fields };
  }
  return null;
}

/** The member of an item that holds its geometry, with its schema; the item itself where it is nothing else. */
function placeOf(item: SchemaProperty | undefined): [string | null, SchemaProperty] | [] {
  if (item?.["x-geometry"]) return [null, item];
  return Object.entries(item?.properties ?? {}).find(([, part]) => part["x-geometry"]) ?? [];
}

export function fieldsOf(pattern: PatternInfo): Field[] {
  const target = targetOf(pattern);
  const skipped = new Set([...ELSEWHERE, target?.member, "gsd_cm", "altitude_m"]);
  return Object.entries(pattern.request.properties).flatMap(([name, property]) => {
    if (skipped.has(name)) return [];
    const field = fieldOf(name, property);
    return field ? [field] : [];
  });
}

/** Whether a resolution may be asked for instead of a height. */
export const hasMember = (pattern: PatternInfo, name: string) => name in pattern.request.properties;

/** Values of a request as the catalogue proposes them. */
export function defaultsOf(pattern: PatternInfo): Record<string, unknown> {
  const target = targetOf(pattern);
  const entries = Object.entries(pattern.request.properties).filter(([name]) => !ELSEWHERE.has(name) && name !== target?.member);
  return Object.fromEntries(entries.map(([name, property]) => [name, property.default ?? null]));
}

function groupOf(name: string): FieldGroup {
  if (CAMERA.includes(name)) return "camera";
  if (SAFETY.includes(name)) return "safety";
  return ENERGY.includes(name) ? "energy" : "pattern";
}

function fieldOf(name: string, property: SchemaProperty): Field | null {
  const number = property.type === "number" || property.type === "integer" ? property : property.anyOf?.find((part) => part.type === "number" || part.type === "integer");
  const word = property.anyOf?.find((part) => part.const !== undefined)?.const;
  const scale = FRACTIONS.test(name) ? 100 : 1;
  const field: Field = {
    name,
    kind: "number",
    group: groupOf(name),
    description: property.description ?? "",
    unit: scale === 100 ? "%" : (number?.["x-unit"] ?? ""),
    scale,
    min: limit(number?.minimum ?? number?.exclusiveMinimum, scale),
    max: limit(number?.maximum ?? number?.exclusiveMaximum, scale),
    whole: number?.type === "integer",
    auto: typeof word === "string" ? word : property["x-optional"] ? null : undefined,
    options: (property.enum ?? []).map(String),
    first: property.default ?? (name === "probability" ? FIRST_SHARE : null),
  };
  if (name === "camera") return { ...field, kind: "camera" };
  if (name === "wind") return { ...field, kind: "wind" };
  if (property.enum) return { ...field, kind: "choice" };
  if (property.type === "string") return { ...field, kind: "text" };
  if (property.type === "boolean") return { ...field, kind: "flag" };
  return number ? field : null;
}

const limit = (value: number | undefined, scale: number) => (value === undefined ? null : Math.round(value * scale * 1e6) / 1e6);
