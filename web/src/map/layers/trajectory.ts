/** The way of the finding that is looked at: its line, which way it went, and when it was where. */
import { type MapLayer, REGULAR } from "../layer";

export const trajectory: MapLayer = {
  id: "trajectory",
  group: "surveillance",
  shown: true,
  legend: [{ label: "legend.trajectory", shape: "line", colour: "observation" }],
  sources: { trajectory: {} },
  specs: (look) => [
    {
      id: "trajectory-casing",
      type: "line",
      source: "trajectory",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.casing, "line-width": 6, "line-opacity": 0.7 },
    },
    {
      id: "trajectory-line",
      type: "line",
      source: "trajectory",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.observation, "line-width": 3 },
    },
    {
      id: "trajectory-direction",
      type: "symbol",
      source: "trajectory",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 70,
        "text-field": "›",
        "text-font": REGULAR,
        "text-size": 22,
        "text-keep-upright": false,
        "text-offset": [0, -0.08],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": look.colours.observation, "text-halo-color": look.colours.halo, "text-halo-width": 1.6 },
    },
    {
      id: "trajectory-marks",
      type: "circle",
      source: "trajectory",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["case", ["get", "end"], 4.5, 3],
        "circle-color": look.colours.casing,
        "circle-stroke-color": look.colours.observation,
        "circle-stroke-width": 1.6,
      },
    },
    {
      id: "trajectory-times",
      type: "symbol",
      source: "trajectory",
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "symbol-sort-key": ["case", ["get", "end"], 0, 1],
        "text-field": ["get", "time"],
        "text-font": REGULAR,
        "text-size": 11.5,
        "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.8,
        "text-justify": "auto",
      },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.6 },
    },
  ],
};
