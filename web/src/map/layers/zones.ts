import { areaLayer } from "./areas";

export const zones = areaLayer({
  id: "zones",
  path: "zones",
  group: "operations",
  colour: "zone",
  shown: true,
  dashed: true,
  fillOpacity: 0.07,
  nameFrom: 8,
});
