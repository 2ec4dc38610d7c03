/** Ground that missions under way have covered so far, and photographs that were due and not taken. */
import type { MapLayer } from "../layer";

export const runs: MapLayer = {
  id: "runs",
  group: "operations",
  shown: true,
  legend: [
    { label: "coverage.legend.covered", shape: "area", colour: "live" },
    { label: "coverage.legend.missing", shape: "ring", colour: "zone" },
  ],
  sources: { "run-covered": {}, "run-missed": {} },
  specs: (look) => [
    { id: "run-covered-fill", type: "fill", source: "run-covered", paint: { "fill-color": look.colours.live, "fill-opacity": 0.25 } },
    { id: "run-covered-line", type: "line", source: "run-covered", paint: { "line-color": look.colours.live, "line-width": 1 } },
    {
      id: "run-missed",
      type: "circle",
      source: "run-missed",
      minzoom: 14,
      paint: {
        "circle-color": look.colours.casing,
        "circle-stroke-color": look.colours.zone,
        "circle-stroke-width": 1.6,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 18, 4.5],
      },
    },
  ],
};
