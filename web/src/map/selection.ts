/** The mark on what is selected: a ring around points, a bright outline on lines and areas, and its accuracy circle. */
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import { NOTHING } from "./layer";
import type { Look } from "./look";

export const selectionSources = (): Record<string, SourceSpecification> => ({ selection: { type: "geojson", data: NOTHING } });

export const selectionSpecs = (look: Look): LayerSpecification[] => [
  {
    id: "selection-area",
    type: "fill",
    source: "selection",
    filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": look.colours.selection, "fill-opacity": 0.08 },
  },
  {
    id: "selection-line",
    type: "line",
    source: "selection",
    filter: ["!=", ["geometry-type"], "Point"],
    paint: { "line-color": look.colours.selection, "line-width": 2.5 },
  },
  {
    id: "selection-ring",
    type: "circle",
    source: "selection",
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 18,
      "circle-color": look.colours.selection,
      "circle-opacity": 0.12,
      "circle-stroke-color": look.colours.selection,
      "circle-stroke-width": 2,
    },
  },
];
