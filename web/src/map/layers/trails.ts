import type { MapLayer } from "../layer";

/** Where each vehicle has been since this page heard of it. */
export const trails: MapLayer = {
  id: "trails",
  group: "operations",
  shown: true,
  live: true,
  legend: [{ label: "layer.trails", shape: "line", colour: "trail" }],
  sources: { trails: {} },
  specs: (look) => [
    {
      id: "trails-line",
      type: "line",
      source: "trails",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.trail, "line-width": 2, "line-opacity": 0.55 },
    },
  ],
};
