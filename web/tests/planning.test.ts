import type { Geometry } from "geojson";
import { describe, expect, test } from "vitest";
import type { LonLat, PatternInfo } from "../src/api/types";
import { dropShape, draftOf, shadesOf, withLikely, emptyDraft, putShape, repattern, requestOf, shape, shapesFrom, withItem, withValue } from "../src/features/planning/draft";
import { fieldsOf, targetOf } from "../src/features/planning/pattern";
import { History } from "../src/lib/history";

const common = {
  camera: { type: "string", default: "dji-mavic-3e" },
  gsd_cm: { type: "number", "x-unit": "cm", default: null, "x-optional": true },
  altitude_m: { type: "number", "x-unit": "m", default: null, "x-optional": true },
  front_overlap: { type: "number", minimum: 0, maximum: 0.95, default: 0.75 },
  home: { type: "array", "x-geometry": "Point", default: null, "x-optional": true },
  avoid: { type: "array", items: { type: "object", "x-geometry": "Polygon" }, default: [] },
  vehicles: { type: "array", items: { type: "object" }, default: [] },
};
const pattern = (word: string, properties: PatternInfo["request"]["properties"]): PatternInfo => ({ pattern: word, title: word, request: { properties: { pattern: { const: word }, ...common, ...properties } } });
const survey = pattern("survey", { polygon: { type: "object", "x-geometry": "Polygon" }, angle_deg: { anyOf: [{ type: "number" }, { const: "auto" }], default: "auto" } });
const orbit = pattern("orbit", { centre: { type: "array", "x-geometry": "Point" }, radius_m: { type: "number", "x-unit": "m", default: 30 } });
const inspection = pattern("points", {
  points: { type: "array", items: { type: "object", properties: { place: { type: "array", "x-geometry": "Point" }, pitch_deg: { type: "number", "x-unit": "deg", default: -45 }, name: { type: "string", default: "" } } } },
});
const CORNERS: LonLat[] = [[51.16, 43.65], [51.17, 43.65], [51.17, 43.66]];
const noHome = () => null;

describe("a draft", () => {
  test("has no request before its place is drawn, and all of it after", () => {
    const target = targetOf(survey);
    let draft = emptyDraft(survey);
    expect(requestOf(draft, survey, noHome)).toBeNull();
    draft = putShape(draft, shape("target", "area", CORNERS), target);
    draft = putShape(draft, shape("hole", "area", CORNERS), target);
    draft = putShape(draft, shape("avoid", "area", CORNERS), target);
    const request = requestOf(draft, survey, () => [51, 43]);
    expect(request).toMatchObject({ pattern: "survey", gsd_cm: 3, altitude_m: null, angle_deg: "auto", home: [51, 43], vehicles: [] });
    expect((request?.polygon as { coordinates: unknown[] }).coordinates).toHaveLength(2);
    expect(request?.avoid).toHaveLength(1);
    expect(request).not.toHaveProperty("fence"); // the pattern does not have it
  });

  test("comes back from its request as it was", () => {
    const drawn = putShape(emptyDraft(survey), shape("target", "area", CORNERS), targetOf(survey));
    const request = requestOf(withValue(drawn, "front_overlap", 0.8, targetOf(survey)), survey, noHome);
    expect(requestOf(draftOf(request ?? {}, survey), survey, noHome)).toEqual(request);
  });

  test("of several homes names a vehicle for each", () => {
    const drawn = [...CORNERS.slice(0, 2)].reduce(
      (draft, at) => putShape(draft, shape("home", "point", [at]), targetOf(survey)),
      putShape(emptyDraft(survey), shape("target", "area", CORNERS), targetOf(survey)),
    );
    expect(requestOf(drawn, survey, noHome)).toMatchObject({ home: CORNERS[0], vehicles: [{ home: CORNERS[0] }, { home: CORNERS[1] }] });
  });

  test("keeps radius and circle the same, whichever is changed", () => {
    const target = targetOf(orbit);
    const circle = shape("target", "circle", [[51, 43]], 55);
    const drawn = putShape(emptyDraft(orbit), circle, target);
    expect(requestOf(drawn, orbit, noHome)).toMatchObject({ centre: [51, 43], radius_m: 55 });
    expect(withValue(drawn, "radius_m", 80, target).shapes[0]?.radiusM).toBe(80);
  });

  test("of another pattern keeps shared values and drops a place of another kind", () => {
    const drawn = withValue(putShape(emptyDraft(survey), shape("target", "area", CORNERS), targetOf(survey)), "front_overlap", 0.8, null);
    const changed = repattern(putShape(drawn, shape("avoid", "area", CORNERS), targetOf(survey)), survey, inspection);
    expect(changed.values.front_overlap).toBe(0.8);
    expect(changed.values).not.toHaveProperty("angle_deg");
    expect(changed.shapes.map((one) => one.role)).toEqual(["avoid"]);
  });

  test("takes several points where the pattern does, and loses one that is removed", () => {
    const drawn = CORNERS.reduce((draft, at) => putShape(draft, shape("target", "point", [at]), targetOf(inspection)), emptyDraft(inspection));
    expect(requestOf(drawn, inspection, noHome)?.points).toEqual(CORNERS.map((place) => ({ place, pitch_deg: -45, name: "" })));
    expect(requestOf(dropShape(drawn, drawn.shapes[1]?.id ?? ""), inspection, noHome)?.points).toHaveLength(2);
  });

  test("keeps what is said of one of several places, also when it comes back from its request", () => {
    const drawn = CORNERS.reduce((draft, at) => putShape(draft, shape("target", "point", [at]), targetOf(inspection)), emptyDraft(inspection));
    const request = requestOf(withItem(drawn, drawn.shapes[1]?.id ?? "", "pitch_deg", -90), inspection, noHome);
    expect(request?.points).toMatchObject([{ pitch_deg: -45 }, { pitch_deg: -90 }, { pitch_deg: -45 }]);
    expect(requestOf(draftOf(request ?? {}, inspection), inspection, noHome)).toEqual(request);
  });
});

test("a thing on the map gives its geometry only to patterns of its kind", () => {
  const line = { type: "LineString" as const, coordinates: CORNERS };
  const target = targetOf(survey);
  expect(target && shapesFrom(line, target)).toEqual([]);
  expect(target && shapesFrom({ type: "Polygon", coordinates: [[...CORNERS, CORNERS[0] as LonLat]] }, target)[0]?.places).toEqual(CORNERS);
});

test("fractions are shown in percent with their limits", () => {
  expect(fieldsOf(survey).find((field) => field.name === "front_overlap")).toMatchObject({ unit: "%", scale: 100, min: 0, max: 95 });
});

test("undo and redo walk over every change, and a new one forgets what was ahead", () => {
  const history = new History(0);
  history.push(1);
  history.push(2);
  expect([history.undo(), history.undo(), history.undo(), history.canUndo]).toEqual([1, 0, 0, false]);
  expect(history.redo()).toBe(1);
  history.push(5);
  expect([history.canRedo, history.undo(), history.redo()]).toEqual([false, 1, 5]);
});

describe("a probability map", () => {
  const probability = pattern("probability", {
    areas: { type: "array", items: { type: "object", properties: { polygon: { type: "object", "x-geometry": "Polygon" }, probability: { type: "number", exclusiveMinimum: 0, maximum: 1 } } } },
  });
  const square = (lon: number, sizeDeg: number): Geometry => ({ type: "Polygon", coordinates: [[[lon, 43], [lon + sizeDeg, 43], [lon + sizeDeg, 43 + sizeDeg], [lon, 43 + sizeDeg], [lon, 43]]] });

  test("takes the place of what was to be searched, each area with what is said of it, and keeps the rest", () => {
    let draft = putShape(emptyDraft(probability), shape("target", "area", CORNERS), targetOf(probability));
    draft = putShape(draft, shape("avoid", "area", CORNERS), targetOf(probability));
    const likely = withLikely(draft, [{ geometry: square(51, 0.001), probability: 0.4 }, { geometry: square(51.001, 0.001), probability: 0.1 }], probability);
    const request = requestOf(likely, probability, noHome);
    expect((request?.areas as { probability: number }[]).map((area) => area.probability)).toEqual([0.4, 0.1]);
    expect(request?.avoid).toHaveLength(1);
  });

  test("is drawn darkest where it is likeliest to the square metre, not where the area is largest", () => {
    const draft = withLikely(emptyDraft(probability), [{ geometry: square(51, 0.002), probability: 0.4 }, { geometry: square(51.01, 0.001), probability: 0.2 }], probability);
    const [large, small] = [...shadesOf(draft).values()];
    expect(small).toBe(1);
    expect(large).toBeCloseTo(0.5, 2);
    expect(shadesOf(emptyDraft(probability)).size).toBe(0);
  });
});
