/** What a flight has covered of a mission, the gaps it left, and where photographs are missing. Shown while somebody looks at it. */
import type { ExpressionSpecification } from "maplibre-gl";
import type { MapLayer } from "../layer";

export const coverage: MapLayer = {
  id: "coverage",
  group: "operations",
  shown: true,
  legend: [
    { label: "coverage.legend.covered", shape: "area", colour: "live" },
    { label: "coverage.legend.gap", shape: "area", colour: "zone" },
    { label: "coverage.legend.missing", shape: "ring", colour: "zone" },
  ],
  sources: { "coverage-areas": {}, "coverage-missing": {} },
  specs: (look) => {
    const colour: ExpressionSpecification = ["case", ["get", "gap"], look.colours.zone, look.colours.live];
    return [
      {
        id: "coverage-fill",
        type: "fill",
        source: "coverage-areas",
        paint: { "fill-color": colour, "fill-opacity": ["case", ["get", "gap"], 0.4, 0.22] },
      },
      {
        id: "coverage-line",
        type: "line",
        source: "coverage-areas",
        paint: { "line-color": colour, "line-width": ["case", ["get", "gap"], 1.6, 0.8] },
      },
      {
        id: "coverage-missing",
        type: "circle",
        source: "coverage-missing",
        minzoom: 14,
        paint: {
          "circle-color": look.colours.casing,
          "circle-stroke-color": look.colours.zone,
          "circle-stroke-width": 1.6,
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 18, 4.5],
        },
      },
    ];
  },
};
