/** Findings: a dot each, and from street zoom the ellipse that holds its true place (95 %) in true metres. */
import type { ExpressionSpecification } from "maplibre-gl";
import type { MapLayer } from "../layer";

const fresh: ExpressionSpecification = ["boolean", ["get", "fresh"], false];

export const observations: MapLayer = {
  id: "observations",
  group: "surveillance",
  shown: true,
  legend: [
    { label: "layer.observations", shape: "dot", colour: "observation" },
    { label: "legend.accuracy", shape: "ring", colour: "observation" },
  ],
  sources: { observations: { promoteId: "id" }, "observations-circles": {} },
  clickable: ["observations-dots"],
  specs: (look) => [
    {
      id: "observations-circles-fill",
      type: "fill",
      source: "observations-circles",
      minzoom: 15,
      paint: { "fill-color": look.colours.observation, "fill-opacity": 0.05 },
    },
    {
      id: "observations-circles-line",
      type: "line",
      source: "observations-circles",
      minzoom: 15,
      paint: { "line-color": look.colours.observation, "line-width": 1, "line-opacity": 0.4 },
    },
    {
      id: "observations-dots",
      type: "circle",
      source: "observations",
      paint: {
        "circle-color": look.colours.observation,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, ["case", fresh, 3, 2], 16, ["case", fresh, 6, 4]],
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 1,
        "circle-opacity": ["case", fresh, 1, 0.65],
      },
    },
  ],
};
