import type { MapLayer } from "../layer";
import { areaLayer } from "./areas";

const base = areaLayer({
  id: "construction",
  path: "construction-sites",
  group: "infrastructure",
  colour: "construction",
  shown: true,
  fillOpacity: 0.22,
});

/** Sites nobody gave a permit for are outlined twice, in red. */
export const construction: MapLayer = {
  ...base,
  legend: [...base.legend, { label: "legend.unpermitted", shape: "dash", colour: "zone" }],
  specs: (look) => [
    ...base.specs(look),
    {
      id: "construction-unpermitted",
      type: "line",
      source: "construction",
      filter: ["==", ["get", "permitted"], false],
      paint: { "line-color": look.colours.zone, "line-width": 2, "line-offset": -4, "line-dasharray": [2, 1.5] },
    },
  ],
};
