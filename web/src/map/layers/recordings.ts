/** The ground that recorded video shows: what was found, and what is played. Shown while somebody looks for recordings. */
import type { MapLayer } from "../layer";

export const recordings: MapLayer = {
  id: "recordings",
  group: "surveillance",
  shown: true,
  legend: [{ label: "legend.recordingView", shape: "area", colour: "replay" }],
  sources: { "recording-views": {}, "recording-played": {} },
  specs: (look) => [
    { id: "recording-views-fill", type: "fill", source: "recording-views", paint: { "fill-color": look.colours.replay, "fill-opacity": 0.1 } },
    { id: "recording-views-line", type: "line", source: "recording-views", paint: { "line-color": look.colours.replay, "line-width": 1, "line-opacity": 0.6 } },
    { id: "recording-played-fill", type: "fill", source: "recording-played", paint: { "fill-color": look.colours.replay, "fill-opacity": 0.25 } },
    { id: "recording-played-line", type: "line", source: "recording-played", paint: { "line-color": look.colours.replay, "line-width": 2.4 } },
  ],
};
