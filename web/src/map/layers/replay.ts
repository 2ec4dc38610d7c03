/** A flight of the past: the line flown, how far the replay has come, what was marked on the way, and the aircraft. */
import { type MapLayer, SEMIBOLD } from "../layer";

export const replay: MapLayer = {
  id: "replay",
  group: "operations",
  shown: true,
  legend: [
    { label: "legend.replay", shape: "arrow", colour: "replay" },
    { label: "legend.replayPath", shape: "line", colour: "replay" },
  ],
  sources: { "replay-path": {}, "replay-flown": {}, "replay-marks": {}, "replay-vehicle": {} },
  specs: (look) => [
    {
      id: "replay-path-line",
      type: "line",
      source: "replay-path",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.replay, "line-width": 1.6, "line-opacity": 0.45, "line-dasharray": [1.5, 2] },
    },
    {
      id: "replay-flown-casing",
      type: "line",
      source: "replay-flown",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.casing, "line-width": 6, "line-opacity": 0.7 },
    },
    {
      id: "replay-flown-line",
      type: "line",
      source: "replay-flown",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": look.colours.replay, "line-width": 3 },
    },
    {
      id: "replay-marks-circle",
      type: "circle",
      source: "replay-marks",
      paint: {
        "circle-radius": ["match", ["get", "kind"], "incident", 6, 3.5],
        "circle-color": ["match", ["get", "kind"], "incident", look.colours.zone, look.colours.casing],
        "circle-stroke-color": ["match", ["get", "kind"], "incident", look.colours.casing, look.colours.replay],
        "circle-stroke-width": 1.6,
      },
    },
    {
      id: "replay-vehicle-symbol",
      type: "symbol",
      source: "replay-vehicle",
      layout: {
        "icon-image": "vehicle-replay",
        "icon-rotate": ["get", "heading"],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "text-field": ["get", "label"],
        "text-font": SEMIBOLD,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 1.4],
        "text-allow-overlap": true,
      },
      paint: { "text-color": look.colours.replay, "text-halo-color": look.colours.halo, "text-halo-width": 1.8 },
    },
  ],
};
