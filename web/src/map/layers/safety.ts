/** The latest turn-back of each vehicle on its path, and places where two vehicles would come too close. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const safety: MapLayer = {
  id: "safety",
  group: "operations",
  shown: true,
  legend: [
    { label: "legend.turnBack", shape: "ring", colour: "vehicle" },
    { label: "legend.conflict", shape: "ring", colour: "zone" },
  ],
  sources: { "turn-backs": {}, conflicts: {} },
  clickable: [],
  specs: (look) => [
    {
      id: "turn-backs-ring",
      type: "circle",
      source: "turn-backs",
      paint: {
        "circle-radius": 8,
        "circle-color": look.colours.casing,
        "circle-stroke-color": ["case", ["get", "passed"], look.colours.zone, look.colours.vehicle],
        "circle-stroke-width": 3,
      },
    },
    {
      id: "turn-backs-label",
      type: "symbol",
      source: "turn-backs",
      layout: {
        "text-field": ["get", "label"],
        "text-font": SEMIBOLD,
        "text-size": 12,
        "text-anchor": "left",
        "text-offset": [1.1, 0],
        "text-allow-overlap": true,
      },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.6 },
    },
    {
      id: "conflicts-ring",
      type: "circle",
      source: "conflicts",
      paint: {
        "circle-radius": 16,
        "circle-color": look.colours.zone,
        "circle-opacity": 0.25,
        "circle-stroke-color": look.colours.zone,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "conflicts-label",
      type: "symbol",
      source: "conflicts",
      layout: {
        "text-field": ["get", "label"],
        "text-font": SEMIBOLD,
        "text-size": 12.5,
        "text-max-width": 30,
        "text-anchor": "top",
        "text-offset": [0, 1.6],
        "text-allow-overlap": true,
      },
      paint: { "text-color": look.colours.zone, "text-halo-color": look.colours.halo, "text-halo-width": 1.8 },
    },
  ],
};
