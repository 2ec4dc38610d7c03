import { describe, expect, it } from "vitest";
import { marksOf, placeAt, wayOf } from "../src/live/way.svelte";
import type { LonLat } from "../src/api/types";

const line: LonLat[] = [[51.16, 43.65], [51.161, 43.65], [51.161, 43.651]];
const times = ["2026-05-01T12:00:02Z", "2026-05-01T12:00:12Z", "2026-05-01T12:00:14Z"];
const found = { type: "Feature" as const, id: "a", geometry: { type: "LineString" as const, coordinates: line }, properties: { times } };

describe("the way of a finding", () => {
  const way = wayOf(found);
  if (!way) throw new Error("a line is a way");

  it("is at each corner at its time and between them in proportion", () => {
    expect(placeAt(way, Date.parse("2026-05-01T12:00:12Z"))).toEqual([51.161, 43.65]);
    const [lon, lat] = placeAt(way, Date.parse("2026-05-01T12:00:07Z"));
    expect(lon).toBeCloseTo(51.1605, 9);
    expect(lat).toBe(43.65);
  });

  it("is marked at both ends and at round times between", () => {
    const marks = marksOf(way);
    expect(marks.map((mark) => new Date(mark.ms).toISOString().slice(17, 19))).toEqual(["02", "05", "10", "14"]);
    expect(marks.map((mark) => mark.end)).toEqual([true, false, false, true]);
  });

  it("is none for a thing that stood", () => {
    expect(wayOf({ ...found, geometry: null, properties: { times: [] } })).toBeNull();
  });
});
