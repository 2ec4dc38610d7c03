/** Saved missions (quiet) and the plan being made or looked at (bright): lines, photo points, area. */
import { type MapLayer, REGULAR } from "../layer";

export const missions: MapLayer = {
  id: "missions",
  group: "operations",
  shown: true,
  legend: [
    { label: "layer.missions", shape: "area", colour: "plan" },
    { label: "stats.photos", shape: "dot", colour: "photo" },
  ],
  sources: { missions: {}, "plan-area": {}, "plan-path": { lineMetrics: true }, "plan-photos": {}, "plan-points": {}, "plan-sortie": {} },
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
