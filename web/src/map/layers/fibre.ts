import { loadFeatures } from "../../api/features";
import { type MapLayer, REGULAR } from "../layer";
import { nameExpression } from "../look";

export const fibre: MapLayer = {
  id: "fibre",
  group: "infrastructure",
  shown: true,
  underLabels: true,
  legend: [{ label: "layer.fibre", shape: "line", colour: "fibre" }],
  sources: { fibre: {} },
  clickable: ["fibre-line"],
  specs: (look) => [
    {
      id: "fibre-glow",
      type: "line",
      source: "fibre",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-join": "round" },
      paint: { "line-color": look.colours.fibre, "line-width": 7, "line-opacity": 0.16 },
    },
    {
      id: "fibre-line",
      type: "line",
      source: "fibre",
      layout: { "line-join": "round" },
      paint: { "line-color": look.colours.fibre, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 1.6, 12, 3] },
    },
    {
      id: "fibre-name",
      type: "symbol",
      source: "fibre",
      minzoom: 6,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 500,
        "text-field": nameExpression(look),
        "text-font": REGULAR,
        "text-size": 11,
        "text-offset": [0, -1],
      },
      paint: { "text-color": look.colours.fibre, "text-halo-color": look.colours.halo, "text-halo-width": 1.5 },
    },
  ],
  load: async () => ({ fibre: await loadFeatures("fibre-routes") }),
};
