/** Docks: a square box with its name and state; red with a fault, green while open. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const docks: MapLayer = {
  id: "docks",
  group: "operations",
  shown: true,
  legend: [
    { label: "dock.legend", shape: "square", colour: "ground" },
    { label: "dock.state.open", shape: "square", colour: "live" },
    { label: "dock.state.fault", shape: "square", colour: "zone" },
  ],
  sources: { docks: {} },
  clickable: ["docks-box"],
  specs: (look) => [
    {
      id: "docks-box",
      type: "circle",
      source: "docks",
      paint: {
        "circle-radius": 17,
        "circle-color": look.colours.casing,
        "circle-opacity": 0.35,
        "circle-stroke-width": 3,
        "circle-stroke-color": [
          "match",
          ["get", "look"],
          "open",
          look.colours.live,
          "bad",
          look.colours.zone,
          look.colours.ground,
        ],
      },
    },
    {
      id: "docks-label",
      type: "symbol",
      source: "docks",
      minzoom: 13,
      layout: {
        "text-field": ["get", "label"],
        "text-font": SEMIBOLD,
        "text-size": 12,
        "text-max-width": 30,
        "text-anchor": "bottom",
        "text-offset": [0, -1.7],
        "text-allow-overlap": true,
      },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.6 },
    },
  ],
};
