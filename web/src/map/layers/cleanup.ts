import { areaLayer } from "./areas";

export const cleanup = areaLayer({
  id: "cleanup",
  path: "cleanup-sites",
  group: "environment",
  colour: "cleanup",
  shown: true,
  icon: "cleanup",
});
