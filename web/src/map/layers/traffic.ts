/** Other aircraft by heading, with name, altitude and the age of their position; what is old fades. */
import { type MapLayer, REGULAR } from "../layer";

export const traffic: MapLayer = {
  id: "traffic",
  group: "operations",
  shown: true,
  live: true,
  legend: [
    { label: "legend.aircraft", shape: "arrow", colour: "aircraft" },
    { label: "legend.aircraftNear", shape: "arrow", colour: "zone" },
  ],
  sources: { traffic: {} },
  clickable: ["traffic-symbol"],
  specs: (look) => [
    {
      id: "traffic-symbol",
      type: "symbol",
      source: "traffic",
      layout: {
        "icon-image": ["concat", "aircraft-", ["get", "look"]],
        "icon-rotate": ["get", "heading"],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.5, 12, 0.8],
        "text-field": ["get", "label"],
        "text-font": REGULAR,
        "text-size": 11,
        "text-anchor": "left",
        "text-offset": [1.6, 0],
        "text-justify": "left",
        "text-optional": true,
      },
      paint: {
        "icon-opacity": ["get", "fade"],
        "text-opacity": ["get", "fade"],
        "text-color": ["match", ["get", "look"], "near", look.colours.zone, look.colours.label],
        "text-halo-color": look.colours.halo,
        "text-halo-width": 1.5,
      },
    },
  ],
};
