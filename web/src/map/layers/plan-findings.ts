/** What is wrong or doubtful of a plan, where it is; errors in words. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const planFindings: MapLayer = {
  id: "plan-findings",
  group: "operations",
  shown: true,
  legend: [
    { label: "finding.error", shape: "dot", colour: "zone" },
    { label: "finding.warning", shape: "dot", colour: "vehicle" },
  ],
  sources: { "plan-findings": {} },
  specs: (look) => [
    {
      id: "plan-findings",
      type: "symbol",
      source: "plan-findings",
      layout: {
        "icon-image": ["concat", "finding-", ["get", "severity"]],
        // Stands on its place, which may be a corner to be dragged.
        "icon-anchor": "bottom",
        "icon-offset": [0, -6],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["get", "order"],
        "text-field": ["get", "text"],
        "text-font": SEMIBOLD,
        "text-size": 12.5,
        "text-max-width": 20,
        "text-line-height": 1.25,
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 1.3,
        "text-justify": "auto",
        "text-allow-overlap": true,
      },
      paint: { "text-color": look.colours.zone, "text-halo-color": look.colours.halo, "text-halo-width": 2 },
    },
  ],
};
