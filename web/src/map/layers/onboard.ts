/** Fences and rally points as vehicles hold them: stay inside (green line), stay out (red area), rally points by number. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const onboard: MapLayer = {
  id: "onboard",
  group: "operations",
  shown: true,
  legend: [
    { label: "onboard.legend.inside", shape: "dash", colour: "live" },
    { label: "onboard.legend.outside", shape: "area", colour: "zone" },
    { label: "onboard.legend.rally", shape: "dot", colour: "live" },
  ],
  sources: { "onboard-fences": {}, "onboard-rally": {} },
  specs: (look) => [
    {
      id: "onboard-outside",
      type: "fill",
      source: "onboard-fences",
      filter: ["!", ["get", "inclusion"]],
      paint: { "fill-color": look.colours.zone, "fill-opacity": 0.18 },
    },
    {
      id: "onboard-fence-line",
      type: "line",
      source: "onboard-fences",
      paint: {
        "line-color": ["case", ["get", "inclusion"], look.colours.live, look.colours.zone],
        "line-width": 2,
        "line-dasharray": [4, 2],
      },
    },
    {
      id: "onboard-rally",
      type: "circle",
      source: "onboard-rally",
      paint: {
        "circle-color": look.colours.live,
        "circle-radius": 6,
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "onboard-rally-name",
      type: "symbol",
      source: "onboard-rally",
      layout: { "text-field": ["get", "name"], "text-font": SEMIBOLD, "text-size": 11, "text-offset": [0, 1.2] },
      paint: { "text-color": look.colours.live, "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
  ],
};
