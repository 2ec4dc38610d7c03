import type { MapLayer } from "../layer";
import { dotsAndSymbols, only, videoSources } from "./video-sources";

export const complexes: MapLayer = {
  id: "complexes",
  group: "surveillance",
  shown: true,
  legend: [{ label: "layer.complexes", shape: "square", colour: "complex" }],
  sources: { complexes: { promoteId: "id" } },
  clickable: ["complexes-symbols", "complexes-dots"],
  specs: (look) => dotsAndSymbols("complexes", look, "complex", "complex"),
  load: async () => ({ complexes: only(await videoSources(), (category) => category === "enforcement_complex") }),
};
