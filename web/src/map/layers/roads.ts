import { loadFeatures } from "../../api/features";
import { type MapLayer, REGULAR } from "../layer";
import { nameExpression } from "../look";

export const roads: MapLayer = {
  id: "roads",
  group: "infrastructure",
  shown: true,
  underLabels: true,
  legend: [{ label: "layer.roads", shape: "line", colour: "road" }],
  sources: { roads: {} },
  clickable: ["roads-line"],
  specs: (look) => [
    {
      id: "roads-casing",
      type: "line",
      source: "roads",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.casing, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 2, 10, 4, 15, 9] },
    },
    {
      id: "roads-line",
      type: "line",
      source: "roads",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.road, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 10, 2.2, 15, 6] },
    },
    {
      id: "roads-name",
      type: "symbol",
      source: "roads",
      minzoom: 8,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 420,
        "text-field": ["coalesce", ["get", "ref"], nameExpression(look)],
        "text-font": REGULAR,
        "text-size": 11,
      },
      paint: { "text-color": look.colours.labelQuiet, "text-halo-color": look.colours.halo, "text-halo-width": 1.5 },
    },
  ],
  load: async () => ({ roads: await loadFeatures("roads") }),
};
