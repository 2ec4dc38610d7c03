/** Vehicles by heading, with home, planned line (done and remaining) and the ground their camera sees. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const vehicles: MapLayer = {
  id: "vehicles",
  group: "operations",
  shown: true,
  live: true,
  legend: [
    { label: "legend.flying", shape: "arrow", colour: "vehicle" },
    { label: "legend.ground", shape: "arrow", colour: "ground" },
    { label: "legend.lost", shape: "arrow", colour: "lost" },
  ],
  sources: { vehicles: {}, "vehicle-homes": {}, "vehicle-lines": {}, "vehicle-footprints": {} },
  clickable: ["vehicles-symbol"],
  specs: (look) => [
    {
      id: "vehicle-footprints-fill",
      type: "fill",
      source: "vehicle-footprints",
      paint: { "fill-color": look.colours.vehicle, "fill-opacity": 0.1 },
    },
    {
      id: "vehicle-footprints-line",
      type: "line",
      source: "vehicle-footprints",
      paint: { "line-color": look.colours.vehicle, "line-width": 1.2, "line-opacity": 0.8 },
    },
    {
      id: "vehicle-lines-casing",
      type: "line",
      source: "vehicle-lines",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.casing, "line-width": 5, "line-opacity": 0.7 },
    },
    {
      id: "vehicle-lines-remaining",
      type: "line",
      source: "vehicle-lines",
      filter: ["==", ["get", "part"], "remaining"],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.plan, "line-width": 2 },
    },
    {
      id: "vehicle-lines-done",
      type: "line",
      source: "vehicle-lines",
      filter: ["==", ["get", "part"], "done"],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.live, "line-width": 3 },
    },
    {
      id: "vehicle-lines-target",
      type: "line",
      source: "vehicle-lines",
      filter: ["==", ["get", "part"], "target"],
      paint: { "line-color": look.colours.vehicle, "line-width": 1.6, "line-dasharray": [2, 2] },
    },
    {
      id: "vehicle-lines-place",
      type: "circle",
      source: "vehicle-lines",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 5,
        "circle-color": look.colours.casing,
        "circle-stroke-color": look.colours.vehicle,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "vehicle-homes",
      type: "symbol",
      source: "vehicle-homes",
      minzoom: 11,
      layout: { "icon-image": "home", "icon-size": 0.8, "icon-allow-overlap": true },
    },
    {
      id: "vehicles-symbol",
      type: "symbol",
      source: "vehicles",
      layout: {
        "symbol-sort-key": ["get", "order"],
        "icon-image": ["concat", "vehicle-", ["get", "look"]],
        "icon-rotate": ["get", "heading"],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.55, 12, 0.8, 17, 1],
      },
    },
    {
      id: "vehicles-label",
      type: "symbol",
      source: "vehicles",
      layout: {
        // The first one placed keeps its label: that of the selected vehicle, which is drawn last.
        "symbol-sort-key": ["-", 0, ["get", "order"]],
        "text-field": ["get", "label"],
        "text-font": SEMIBOLD,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 1.4],
      },
      paint: {
        "text-color": ["match", ["get", "look"], "lost", look.colours.lost, look.colours.label],
        "text-halo-color": look.colours.halo,
        "text-halo-width": 1.6,
      },
    },
  ],
};
