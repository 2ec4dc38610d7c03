/** The scene of a camera being drawn or looked at: which way its traffic goes and what its things are called; an edition looked at whole. */
import type { ExpressionSpecification } from "maplibre-gl";
import { type MapLayer, SEMIBOLD } from "../layer";
import type { Colours, Look } from "../look";

/** What a thing of a scene is drawn like; `shape-drawing` draws with the same colours. */
export type SceneRole = "lane" | "line" | "signal" | "ban" | "crossing" | "place";

export const SCENE_COLOURS: Record<SceneRole, keyof Colours> = { lane: "plan", line: "vehicle", signal: "live", ban: "zone", crossing: "permit", place: "fibre" };

const part = (is: string): ExpressionSpecification => ["==", ["get", "part"], is];
const geometry = (...is: string[]): ExpressionSpecification => ["match", ["geometry-type"], is, true, false];

function colour(look: Look): ExpressionSpecification {
  const pairs = Object.entries(SCENE_COLOURS).flatMap(([role, name]) => [role, look.colours[name]]);
  return ["match", ["get", "role"], ...pairs, look.colours.label] as unknown as ExpressionSpecification;
}

export const scene: MapLayer = {
  id: "scene",
  group: "operations",
  shown: true,
  legend: [
    { label: "scene.legend.lane", shape: "area", colour: SCENE_COLOURS.lane },
    { label: "scene.legend.line", shape: "line", colour: SCENE_COLOURS.line },
    { label: "scene.legend.ban", shape: "area", colour: SCENE_COLOURS.ban },
  ],
  sources: { scene: {} },
  specs: (look) => [
    {
      id: "scene-areas",
      type: "fill",
      source: "scene",
      filter: ["all", part("shape"), geometry("Polygon", "MultiPolygon")],
      paint: { "fill-color": colour(look), "fill-opacity": 0.14 },
    },
    {
      id: "scene-lines",
      type: "line",
      source: "scene",
      filter: ["all", part("shape"), geometry("Polygon", "MultiPolygon", "LineString", "MultiLineString")],
      paint: { "line-color": colour(look), "line-width": 2, "line-dasharray": [3, 1.5] },
    },
    {
      id: "scene-points",
      type: "circle",
      source: "scene",
      filter: ["all", part("shape"), geometry("Point")],
      paint: { "circle-radius": 6, "circle-color": colour(look), "circle-stroke-color": look.colours.halo, "circle-stroke-width": 2 },
    },
    {
      id: "scene-headings-casing",
      type: "line",
      source: "scene",
      filter: part("heading"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": look.colours.halo, "line-width": 5 },
    },
    {
      id: "scene-headings",
      type: "line",
      source: "scene",
      filter: part("heading"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour(look), "line-width": 2.5 },
    },
    {
      id: "scene-names",
      type: "symbol",
      source: "scene",
      minzoom: 16,
      filter: part("name"),
      layout: { "text-field": ["get", "text"], "text-font": SEMIBOLD, "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-max-width": 12 },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.6 },
    },
  ],
};
