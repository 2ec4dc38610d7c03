import type { MapLayer } from "../layer";
import { dotsAndSymbols, only, SYMBOLS_FROM_ZOOM, videoSources, wedges } from "./video-sources";

export const cameras: MapLayer = {
  id: "cameras",
  group: "surveillance",
  shown: true,
  legend: [
    { label: "layer.cameras", shape: "dot", colour: "camera" },
    { label: "legend.live", shape: "dot", colour: "live" },
    { label: "legend.view", shape: "area", colour: "camera" },
  ],
  sources: { cameras: { promoteId: "id" }, "cameras-wedges": {} },
  clickable: ["cameras-symbols", "cameras-dots"],
  specs: (look) => [
    {
      id: "cameras-wedges",
      type: "fill",
      source: "cameras-wedges",
      minzoom: SYMBOLS_FROM_ZOOM + 2,
      paint: { "fill-color": look.colours.camera, "fill-opacity": 0.16 },
    },
    ...dotsAndSymbols("cameras", look, "camera", ["case", ["==", ["get", "live"], true], "camera-live", "camera"]),
  ],
  async load() {
    // A drone's camera is where the drone is; it is opened from the vehicle and from the list of cameras.
    const all = only(await videoSources(), (category) => category !== "enforcement_complex" && category !== "drone");
    return { cameras: all, "cameras-wedges": wedges(all) };
  },
};
