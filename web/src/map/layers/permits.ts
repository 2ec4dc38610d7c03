import { areaLayer } from "./areas";

export const permits = areaLayer({
  id: "permits",
  path: "permits",
  group: "infrastructure",
  colour: "permit",
  shown: true,
  dashed: true,
  fillOpacity: 0.06,
});
