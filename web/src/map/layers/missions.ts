/** Saved missions (quiet) and the plan being made or looked at (bright): lines, photo points, area. */
import type { LayerSpecification } from "maplibre-gl";
import { type MapLayer, REGULAR, SEMIBOLD } from "../layer";
import type { Look } from "../look";

export const missions: MapLayer = {
  id: "missions",
  group: "operations",
  shown: true,
  legend: [
    { label: "layer.missions", shape: "area", colour: "plan" },
    { label: "stats.photos", shape: "dot", colour: "photo" },
  ],
  sources: { missions: {}, "plan-area": {}, "plan-path": { lineMetrics: true }, "plan-photos": {}, "plan-points": {}, "plan-sortie": {}, "plan-leg": {}, "plan-difference": {} },
  clickable: ["plan-points", "missions-fill", "missions-outline"],
  specs: (look) => [
    // A fill would close lines to areas.
    {
      id: "missions-fill",
      type: "fill",
      source: "missions",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": look.colours.plan, "fill-opacity": 0.07 },
    },
    {
      id: "missions-outline",
      type: "line",
      source: "missions",
      paint: { "line-color": look.colours.plan, "line-width": 1.2, "line-dasharray": [3, 2], "line-opacity": 0.8 },
    },
    {
      id: "missions-name",
      type: "symbol",
      source: "missions",
      filter: ["==", ["geometry-type"], "Point"],
      minzoom: 12,
      layout: { "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 11, "text-optional": true },
      paint: { "text-color": look.colours.plan, "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
    {
      id: "plan-area",
      type: "fill",
      source: "plan-area",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": look.colours.plan, "fill-opacity": 0.1 },
    },
    { id: "plan-area-outline", type: "line", source: "plan-area", paint: { "line-color": look.colours.plan, "line-width": 2 } },
    {
      id: "plan-path-casing",
      type: "line",
      source: "plan-path",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.casing, "line-width": ["interpolate", ["linear"], ["zoom"], 14, 2, 17, 4], "line-opacity": 0.7 },
    },
    {
      id: "plan-path",
      type: "line",
      source: "plan-path",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.plan, "line-width": ["interpolate", ["linear"], ["zoom"], 14, 1, 17, 2] },
    },
    {
      id: "plan-sortie",
      type: "line",
      source: "plan-sortie",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.vehicle, "line-width": 4 },
    },
    ...differenceSpecs(look),
    ...legSpecs(look),
    {
      id: "plan-points",
      type: "circle",
      source: "plan-points",
      minzoom: 15,
      paint: {
        "circle-color": look.colours.plan,
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 1.2,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 15, 2, 18, 5],
      },
    },
    {
      id: "plan-photos",
      type: "circle",
      source: "plan-photos",
      minzoom: 15,
      paint: {
        "circle-color": look.colours.casing,
        "circle-stroke-color": look.colours.photo,
        "circle-stroke-width": 1,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 15, 0.6, 18, 3],
      },
    },
  ],
};

/** One leg with its numbers, and where it is nearest to the ground. */
function legSpecs(look: Look): LayerSpecification[] {
  const { label, selection, halo, casing, zone } = look.colours;
  const source = "plan-leg";
  const line = { type: "line", source, layout: { "line-cap": "round" } } as const;
  return [
    { ...line, id: "plan-leg-casing", paint: { "line-color": casing, "line-width": 8 } },
    { ...line, id: "plan-leg", paint: { "line-color": selection, "line-width": 4 } },
    {
      id: "plan-leg-nearest",
      type: "circle",
      source,
      filter: ["==", ["get", "part"], "nearest"],
      paint: { "circle-color": zone, "circle-radius": 4, "circle-stroke-color": selection, "circle-stroke-width": 1.5 },
    },
    {
      id: "plan-leg-numbers",
      type: "symbol",
      source,
      filter: ["==", ["get", "part"], "numbers"],
      layout: {
        "text-field": ["get", "text"],
        "text-font": SEMIBOLD,
        "text-size": 12.5,
        "text-variable-anchor": ["bottom", "top", "left", "right"],
        "text-radial-offset": 0.9,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "text-max-width": 30,
      },
      paint: { "text-color": label, "text-halo-color": halo, "text-halo-width": 2 },
    },
  ];
}

/** What was flown before is dashed, what is new is solid; items that differ are dots of the same colours. */
function differenceSpecs(look: Look): LayerSpecification[] {
  const { live, zone, casing, labelQuiet, vehicle } = look.colours;
  const source = "plan-difference";
  const line = { type: "line", source, layout: { "line-join": "round", "line-cap": "butt" } } as const;
  const part = (name: string) => ["==", ["get", "part"], name] as ["==", ["get", string], string];
  return [
    { ...line, id: "plan-difference-casing", filter: ["!=", ["get", "part"], "same"], paint: { "line-color": casing, "line-width": 6 } },
    { ...line, id: "plan-difference-same", filter: part("same"), paint: { "line-color": labelQuiet, "line-width": 2.5 } },
    { ...line, id: "plan-difference-removed", filter: part("removed"), paint: { "line-color": zone, "line-width": 3, "line-dasharray": [2, 1.5] } },
    { ...line, id: "plan-difference-added", filter: part("added"), paint: { "line-color": live, "line-width": 3 } },
    {
      id: "plan-difference-items",
      type: "circle",
      source,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": ["match", ["get", "part"], "added", live, "removed", zone, vehicle],
        "circle-stroke-color": casing,
        "circle-stroke-width": 1.5,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 2, 17, 5],
      },
    },
  ];
}
