/** Where vehicles took photographs. */
import { type MapLayer, REGULAR } from "../layer";

export const photos: MapLayer = {
  id: "photos",
  group: "operations",
  shown: true,
  live: true,
  legend: [{ label: "legend.photo", shape: "dot", colour: "photo" }],
  sources: { photos: {} },
  clickable: ["photos-dots"],
  specs: (look) => [
    {
      id: "photos-dots",
      type: "circle",
      source: "photos",
      minzoom: 10,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.5, 16, 4],
        "circle-color": look.colours.photo,
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 1,
      },
    },
    {
      id: "photos-numbers",
      type: "symbol",
      source: "photos",
      minzoom: 17,
      layout: {
        "text-field": ["to-string", ["get", "index"]],
        "text-font": REGULAR,
        "text-size": 10.5,
        "text-offset": [0, 1],
        "text-optional": true,
      },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
  ],
};
