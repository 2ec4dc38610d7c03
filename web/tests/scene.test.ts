import { describe, expect, test } from "vitest";
import type { SceneFeature } from "../src/api/scenes";
import type { LonLat } from "../src/api/types";
import { clockText, cycleIn, instantOf } from "../src/features/scenes/cycle";
import { arrow, featuresOf, headingFrom, lacksOf, marksOf, namedIn, newThing, redrawn, renamed, type SceneThing, shapeIn, thingsOf, told } from "../src/features/scenes/scene";
import type { DrawnShape } from "../src/map/shape-drawing";

const [WEST, EAST, NORTH]: LonLat[] = [[51.16, 43.65], [51.1602, 43.65], [51.16, 43.6502]] as [LonLat, LonLat, LonLat];
const line = (...places: LonLat[]): DrawnShape => ({ id: "drawn", role: "line", kind: "line", places, radiusM: 0 });
const area = (...places: LonLat[]): DrawnShape => ({ ...line(...places), role: "lane", kind: "area" });
const feature = (properties: Record<string, unknown>, geometry: SceneFeature["geometry"] = null): SceneFeature => ({ type: "Feature", properties, geometry });
const of = (thing: SceneThing) => thing.feature.properties;

describe("what a drawing says of the traffic", () => {
  test("a line across is drawn from its driver's left to his right", () => {
    expect(headingFrom("stop_line", [WEST, EAST])).toBe(0);
    expect(headingFrom("turn_edge", [EAST, WEST])).toBe(180);
  });

  test("a lane's first side goes along it, other things have no heading", () => {
    expect(headingFrom("lane", [WEST, NORTH, EAST])).toBe(0);
    expect(headingFrom("lane", [WEST, EAST, NORTH])).toBe(90);
    expect(headingFrom("no_stopping", [WEST, EAST, NORTH])).toBeNull();
  });

  test("moving a thing turns a heading that followed the drawing, and none that a person gave", () => {
    const made = newThing("stop_line", line(WEST, EAST), []);
    expect(of(redrawn(made, line(EAST, WEST))).heading_deg).toBe(180);
    expect(of(redrawn(told(made, "heading_deg", 12), line(EAST, WEST))).heading_deg).toBe(12);
  });

  test("a lane whose ring the tool turned round keeps its heading, and turns with its side", () => {
    const made = newThing("lane", area(WEST, EAST, NORTH), [], [WEST, NORTH, EAST]);
    expect(of(made).heading_deg).toBe(0);
    const slanted: LonLat = [NORTH[0] + 0.00005, NORTH[1]];
    expect(of(redrawn(made, area(WEST, slanted, EAST))).heading_deg).toBe(10);
  });

  test("an arrow starts at its place and its head is farther on", () => {
    const { coordinates } = arrow(WEST, 90, 10);
    expect(coordinates[0]?.[0]).toEqual(WEST);
    expect(coordinates[0]?.[1]?.[0]).toBeGreaterThan(WEST[0]);
  });
});

describe("features and forms", () => {
  const hole = [[51.16005, 43.65005], [51.1601, 43.65005], [51.1601, 43.6501], [51.16005, 43.65005]];
  const loaded: SceneFeature = { ...feature({ kind: "no_stopping", id: "bay", excluded: { classes: ["bus"] }, note: "kerb" }, { type: "Polygon", coordinates: [[WEST, EAST, NORTH, WEST], hole] }), id: "7" };

  test("what nobody touched goes back as it came", () => {
    expect(featuresOf(thingsOf([loaded]))).toEqual([loaded]);
  });

  test("a moved area keeps its hole and what is not in the form", () => {
    const [thing] = thingsOf([loaded]) as [SceneThing];
    const shape = shapeIn(thing) as DrawnShape;
    expect(shape.places).toEqual([WEST, EAST, NORTH]);
    const moved = redrawn(thing, { ...shape, places: [EAST, NORTH, WEST] }).feature;
    expect(moved.geometry).toEqual({ type: "Polygon", coordinates: [[EAST, NORTH, WEST, EAST], hole] });
    expect([moved.properties, moved.id]).toEqual([loaded.properties, "7"]);
  });

  test("a new thing has a name of its own", () => {
    const first = newThing("lane", area(WEST, NORTH, EAST), []);
    expect(of(first)).toEqual({ kind: "lane", id: "lane-1", heading_deg: 0 });
    expect(of(newThing("lane", null, [first])).id).toBe("lane-2");
  });

  test("an emptied field is no property", () => {
    expect(of(told(told(newThing("lane", null, []), "speed_limit_kmh", 60), "speed_limit_kmh", null))).not.toHaveProperty("speed_limit_kmh");
  });

  test("who names a thing follows its new name", () => {
    const things = thingsOf([feature({ kind: "turn_edge", id: "a" }), feature({ kind: "forbidden_turn", entry: "a", exit: "b" }), feature({ kind: "stop_line", signal: "a" })]);
    const [edge, turn, stop] = renamed(things, (things[0] as SceneThing).key, "north").map(of);
    expect([edge?.id, turn?.entry, turn?.exit, stop?.signal]).toEqual(["north", "north", "b", "a"]);
  });

  test("a cycle's instant is by the clock of Aktau", () => {
    expect(instantOf("2026-05-01T12:00")).toBe("2026-05-01T12:00:00+05:00");
    expect(clockText("2026-05-01T07:00:00Z")).toBe("2026-05-01T12:00:00");
    expect([instantOf(""), clockText(undefined)]).toEqual([undefined, ""]);
    expect(cycleIn({ schedule: { green_s: 20, red_s: 40 } })?.yellow_s).toBe(3);
  });
});

describe("what cannot be judged by", () => {
  const lacks = (...features: SceneFeature[]) => thingsOf(features).map((thing, _, all) => lacksOf(thing, all));
  const across = { type: "LineString" as const, coordinates: [WEST, EAST] };

  test("a heading that is missing or runs along the line", () => {
    expect(lacks(feature({ kind: "stop_line" }, across), feature({ kind: "stop_line", heading_deg: 90 }, across), feature({ kind: "stop_line", heading_deg: 180 }, across))).toEqual([["heading"], ["along"], []]);
  });

  test("a turn without its edges, a rail crossing whose signal has no cycle, one name for two", () => {
    const edge = feature({ kind: "turn_edge", id: "a", heading_deg: 0 }, across);
    expect(lacks(edge, feature({ kind: "forbidden_turn", entry: "a", exit: "b" }), feature({ kind: "forbidden_turn", entry: "a", exit: "a" }))).toEqual([[], ["edges"], ["sameEdge"]]);
    expect(lacks(feature({ kind: "signal", id: "s" }), feature({ kind: "rail_crossing", signal: "s" }))).toEqual([[], ["cycle"]]);
    expect(lacks(edge, { ...edge })).toEqual([["twice"], ["twice"]]);
  });

  test("a refusal names the thing it is about", () => {
    expect(namedIn("Feature 3 of the scene cannot be judged by: its outline crosses itself.")).toBe(3);
    expect(namedIn("The terms of feature 0 ('bay') are not usable: hours.")).toBe(0);
    expect(namedIn("The scene of 'gate' is not usable: features.12: properties.kind 'x' is not one of lane.")).toBe(12);
    expect(namedIn("There is no video source 'gate'.")).toBeNull();
  });
});

test("an edition looked at is shown whole, a drawing only by names and headings", () => {
  const things = [newThing("lane", area(WEST, NORTH, EAST), [])];
  const parts = (whole: boolean) => marksOf(things, whole).map((mark) => mark.properties?.part);
  expect([parts(false), parts(true)]).toEqual([["heading", "name"], ["shape", "heading", "name"]]);
});
