import { describe, expect, test } from "vitest";
import type { LonLat } from "../src/api/types";
import { dropped, inserted, mayDrop, moved, placeFromText, shapeAround } from "../src/lib/corners";
import { shape } from "../src/features/planning/draft";
import { distanceM, ringAreaM2 } from "../src/lib/geometry";

const CORNERS: LonLat[] = [[51, 43], [51.02, 43], [51.02, 43.02]];

describe("corners by keys", () => {
  test("one more lies half-way to the next, around the end of an area and beyond the end of a line", () => {
    expect(inserted(shape("target", "area", CORNERS), 2).places[3]).toEqual([51.01, 43.01]);
    expect(inserted(shape("target", "line", CORNERS), 0).places[1]).toEqual([51.01, 43]);
    expect(inserted(shape("target", "line", CORNERS), 2).places[3]).toEqual([51.02, 43.04]);
  });

  test("are moved and taken out, but never below what makes the shape", () => {
    const area = shape("target", "area", CORNERS);
    expect(moved(area, 1, [51.03, 43]).places).toEqual([[51, 43], [51.03, 43], [51.02, 43.02]]);
    expect(mayDrop(area)).toBe(false);
    expect(mayDrop(dropped(inserted(inserted(area, 0), 0), 1))).toBe(true);
    expect(mayDrop(shape("target", "line", CORNERS.slice(0, 2)))).toBe(false);
  });

  test("are pasted as they are copied elsewhere, latitude first; anything else is left to the field", () => {
    expect(placeFromText("43.65012, 51.16")).toEqual([51.16, 43.65012]);
    expect(placeFromText("-43.5 -70.25")).toEqual([-70.25, -43.5]);
    expect([placeFromText("43.65"), placeFromText("95, 51"), placeFromText("1 2 3")]).toEqual([null, null, null]);
  });

  test("a first shape is put around the middle of the map, as large as asked", () => {
    const area = shapeAround("area", "target", [51, 43], 100);
    expect(area.places.map((place) => Math.round(distanceM([51, 43], place)))).toEqual([100, 100, 100, 100]);
    expect(ringAreaM2(area.places)).toBeCloseTo(20_000, -2);
    expect(shapeAround("circle", "target", [51, 43], 80)).toMatchObject({ places: [[51, 43]], radiusM: 80 });
  });
});
