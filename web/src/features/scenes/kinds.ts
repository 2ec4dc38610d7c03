/** Kinds of things a scene is made of: how each is drawn and what is told of it. */
import type { ShapeKind } from "../../map/shape-drawing";
import type { SceneRole } from "../../map/layers/scene";

export type SceneField = "heading" | "limit" | "clear" | "signal" | "cycle" | "turn" | "classes" | "order";

interface KindOf {
  /** Null: it is made of other things and not drawn. */
  draws: Exclude<ShapeKind, "circle"> | null;
  role: SceneRole;
  fields: readonly SceneField[];
  /** What the way it is drawn says of its traffic: a lane's first side goes along it, a line across the road is drawn from its left. */
  heading?: "along" | "across";
}

const ban = { draws: "area", role: "ban", fields: ["classes", "order"] } as const;
const place = { draws: "area", role: "place", fields: ["order"] } as const;

export const KINDS = {
  lane: { draws: "area", role: "lane", fields: ["heading", "limit", "order"], heading: "along" },
  stop_line: { draws: "line", role: "line", fields: ["heading", "signal", "clear", "order"], heading: "across" },
  signal: { draws: "point", role: "signal", fields: ["cycle", "order"] },
  solid_line: { draws: "line", role: "line", fields: ["order"] },
  crossing: { draws: "area", role: "crossing", fields: ["classes", "order"] },
  no_stopping: ban,
  bus_lane: { ...ban, role: "lane" },
  no_entry: ban,
  box_junction: ban,
  turn_edge: { draws: "line", role: "line", fields: ["heading"], heading: "across" },
  forbidden_turn: { draws: null, role: "ban", fields: ["turn", "order"] },
  rail_crossing: { draws: "area", role: "crossing", fields: ["signal", "order"] },
  shoulder: { ...ban, role: "place" },
  restricted_zone: ban,
  closed_area: ban,
  crowd_area: { draws: "area", role: "place", fields: ["classes", "order"] },
  no_overtaking: ban,
  corridor: place,
  permit_area: place,
} as const satisfies Record<string, KindOf>;

export type SceneKind = keyof typeof KINDS;

/** Other kinds come from scene files; they are kept and shown. */
export const kindOf = (kind: string): KindOf => (KINDS as Record<string, KindOf>)[kind] ?? { draws: null, role: "place", fields: [] };

/** Classes an area can be for alone. */
export const CLASSES = ["car", "bus", "truck", "motorcycle", "bicycle", "person"] as const;
