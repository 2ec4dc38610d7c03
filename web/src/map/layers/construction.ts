import { areaLayer } from "./areas";

export const construction = areaLayer({
  id: "construction",
  path: "construction-sites",
  group: "infrastructure",
  colour: "construction",
  shown: true,
  fillOpacity: 0.22,
});
