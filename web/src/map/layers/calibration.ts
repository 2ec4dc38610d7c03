/** A camera being calibrated: its points by number, where it stands by them, and the ground it sees. */
import type { ExpressionSpecification } from "maplibre-gl";
import { type MapLayer, SEMIBOLD } from "../layer";

const kind = (is: string): ExpressionSpecification => ["==", ["get", "kind"], is];
const active: ExpressionSpecification = ["boolean", ["get", "active"], false];

export const calibration: MapLayer = {
  id: "calibration",
  group: "surveillance",
  shown: true,
  legend: [
    { label: "placing.point", shape: "dot", colour: "plan" },
    { label: "placing.seen", shape: "area", colour: "camera" },
  ],
  sources: { calibration: {} },
  specs: (look) => [
    {
      id: "calibration-seen",
      type: "fill",
      source: "calibration",
      filter: kind("seen"),
      paint: { "fill-color": look.colours.camera, "fill-opacity": 0.14, "fill-outline-color": look.colours.camera },
    },
    {
      id: "calibration-camera",
      type: "circle",
      source: "calibration",
      filter: kind("camera"),
      paint: {
        "circle-radius": 7,
        "circle-color": look.colours.camera,
        "circle-stroke-color": look.colours.halo,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "calibration-points",
      type: "circle",
      source: "calibration",
      filter: kind("point"),
      paint: {
        "circle-radius": ["case", active, 11, 9],
        "circle-color": ["case", ["boolean", ["get", "used"], true], look.colours.plan, look.colours.zone],
        "circle-stroke-color": ["case", active, look.colours.selection, look.colours.halo],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "calibration-numbers",
      type: "symbol",
      source: "calibration",
      filter: kind("point"),
      layout: {
        "text-field": ["to-string", ["get", "number"]],
        "text-font": SEMIBOLD,
        "text-size": 12,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": "#0c1319" },
    },
  ],
};
