import { areaLayer } from "./areas";

export const fields = areaLayer({ id: "fields", path: "fields", group: "environment", colour: "field", shown: true });
