import { expect, test } from "vitest";
import type { FleetComparison } from "../src/api/types";
import { asCsv, differenceRows } from "../src/features/fleet/differences";

const item = (name: string, baseline: number | null, vehicle: number | null) => ({ name, baseline, vehicle, individual: false });
const found: FleetComparison = {
  items: [
    { vehicle_id: "mav-2", comparison: { vehicle_id: "mav-2", compared: 3, items: [item("RTL_ALT", 1500, 4500), item("ONLY_HERE", null, 1)] }, error: null },
    { vehicle_id: "mav-3", comparison: { vehicle_id: "mav-3", compared: 3, items: [item("RTL_ALT", 1500, null)] }, error: null },
    { vehicle_id: "mav-9", comparison: null, error: "mav-9 is lost" },
  ],
};

test("each parameter that differs somewhere is one row, and what equals the baseline is missing in it", () => {
  const rows = differenceRows(found);
  expect(rows.map((row) => row.name)).toEqual(["ONLY_HERE", "RTL_ALT"]);
  expect([...(rows[1]?.values ?? [])]).toEqual([["mav-2", 4500], ["mav-3", null]]);
  expect(rows[0]?.values.has("mav-3")).toBe(false);
});

test("the exported table tells what is equal from what is lacking", () => {
  expect(asCsv(differenceRows(found), ["mav-2", "mav-3"])).toBe("parameter,baseline,mav-2,mav-3\r\nONLY_HERE,,1,\r\nRTL_ALT,1500,4500,\r\n");
});
