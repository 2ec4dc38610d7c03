import { describe, expect, test } from "vitest";
import type { LonLat } from "../src/api/types";
import { circle, destination, distanceM, nadirFootprint, nearestOnLeg, viewWedge } from "../src/lib/geometry";
import { progressAlong, splitAt } from "../src/lib/path-progress";
import { graticule } from "../src/map/graticule";
import { centroid, withAnchors } from "../src/map/anchors";

const AKTAU: LonLat = [51.16, 43.65];
const SUMGAIT: LonLat = [49.67, 40.59];

describe("distances and directions", () => {
  test("Aktau to Sumgait is about 362 km", () => {
    expect(distanceM(AKTAU, SUMGAIT) / 1000).toBeCloseTo(362, -1);
  });

  test("a place beside a leg is as far from it as it stands beside it, and past its end as far as the end", () => {
    const end = destination(AKTAU, 90, 400);
    const beside = nearestOnLeg(AKTAU, end, destination(destination(AKTAU, 90, 100), 0, 30));
    expect(beside.share).toBeCloseTo(0.25, 2);
    expect(beside.awayM).toBeCloseTo(30, 1);
    expect(nearestOnLeg(AKTAU, end, destination(AKTAU, 90, 500)).awayM).toBeCloseTo(100, 1);
    expect(nearestOnLeg(AKTAU, AKTAU, end)).toEqual({ share: 0, awayM: distanceM(end, AKTAU) });
  });

  test("a point placed at a distance is at that distance, in every direction and at every size", () => {
    for (const metres of [0.5, 5, 500, 50_000]) {
      for (const bearing of [0, 45, 90, 179, 271]) {
        expect(distanceM(AKTAU, destination(AKTAU, bearing, metres)) / metres).toBeCloseTo(1, 6);
      }
    }
  });

  test("north raises the latitude and east the longitude", () => {
    expect(destination(AKTAU, 0, 1000)[1]).toBeGreaterThan(AKTAU[1]);
    expect(destination(AKTAU, 90, 1000)[0]).toBeGreaterThan(AKTAU[0]);
  });
});

describe("an accuracy circle", () => {
  test("is closed and has its radius in true metres all around, also far north", () => {
    for (const centre of [AKTAU, [20, 75] as LonLat]) {
      const ring = circle(centre, 4.2).coordinates[0] as LonLat[];
      expect(ring[0]).toEqual(ring.at(-1));
      for (const point of ring) expect(distanceM(centre, point)).toBeCloseTo(4.2, 4);
    }
  });
});

describe("what a camera covers", () => {
  test("a downward camera of 60° sees 115.5 m across from 100 m", () => {
    const [a, b, c] = nadirFootprint(AKTAU, 100, 0, 60).coordinates[0] as LonLat[];
    expect(distanceM(a as LonLat, b as LonLat)).toBeCloseTo(115.47, 1);
    expect(distanceM(b as LonLat, c as LonLat)).toBeCloseTo(115.47 / (16 / 9), 1);
  });

  test("a footprint turns with the vehicle", () => {
    const [left, right] = nadirFootprint(AKTAU, 100, 90, 60).coordinates[0] as LonLat[];
    expect(left?.[1]).toBeGreaterThan(right?.[1] ?? 90);
  });

  test("a wedge starts and ends at the camera and looks along its heading", () => {
    const ring = viewWedge(AKTAU, 90, 40, 80).coordinates[0] as LonLat[];
    expect(ring[0]).toEqual(AKTAU);
    expect(ring.at(-1)).toEqual(AKTAU);
    for (const point of ring.slice(1, -1)) expect(point[0]).toBeGreaterThan(AKTAU[0]);
  });
});

describe("progress along a survey", () => {
  const lane = (i: number): LonLat[] => {
    const west = destination(AKTAU, 0, i * 20);
    const east = destination(west, 90, 400);
    return i % 2 ? [east, west] : [west, east];
  };
  const path = [0, 1, 2, 3].flatMap(lane);

  test("stays on the lane being flown although the next one is 20 m away", () => {
    const onFirst = destination(AKTAU, 90, 200);
    expect(progressAlong(path, onFirst, 150, 0.1)).toBeCloseTo(200, 0);
    const driftedToSecond = destination(onFirst, 0, 12);
    expect(progressAlong(path, driftedToSecond, 195, 0.1)).toBeCloseTo(200, 0);
  });

  test("never goes back", () => {
    expect(progressAlong(path, AKTAU, 900, 0.5)).toBeGreaterThanOrEqual(900);
  });

  test("a page opened in mid-flight takes the lane the item counter suggests", () => {
    const onThird = destination(destination(AKTAU, 0, 40), 90, 100);
    expect(progressAlong(path, onThird, null, 0.55)).toBeCloseTo(940, 0);
  });

  test("done and remaining meet at the cut and keep every corner", () => {
    const { done, remaining } = splitAt(path, 410);
    expect(done.at(-1)).toEqual(remaining[0]);
    expect(done.length + remaining.length).toBe(path.length + 2);
    expect(splitAt(path, 1e9).remaining).toEqual([]);
  });
});

describe("map helpers", () => {
  test("the grid has round meridians and at least eight of them across", () => {
    const [grid] = graticule({ west: 49.4, south: 41.9, east: 56, north: 45.9 }).features;
    const lines = grid?.geometry.type === "MultiLineString" ? grid.geometry.coordinates : [];
    const meridians = lines.filter(([from, to]) => from?.[0] === to?.[0]).map(([from]) => from?.[0] ?? 0);
    expect(meridians.length).toBeGreaterThanOrEqual(8);
    for (const lon of meridians) expect(lon * 2).toBeCloseTo(Math.round(lon * 2), 9);
  });

  test("an area gets one anchor in its middle, with its properties", () => {
    const ring = [[51, 43], [51.2, 43], [51.2, 43.1], [51, 43.1], [51, 43]];
    const area = { type: "Feature" as const, properties: { id: "a" }, geometry: { type: "Polygon" as const, coordinates: [ring] } };
    const { features } = withAnchors({ type: "FeatureCollection", features: [area] });
    expect(features).toHaveLength(2);
    expect(features[1]?.properties).toEqual({ id: "a" });
    const [lon, lat] = centroid(ring);
    expect(lon).toBeCloseTo(51.1, 9);
    expect(lat).toBeCloseTo(43.05, 9);
  });
});
