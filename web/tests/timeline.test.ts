import { describe, expect, it } from "vitest";
import { type Columns, indexAt, lastBefore, momentAt, profile, range } from "../src/lib/timeline";

const columns = (change: Partial<Columns> = {}): Columns => ({
  t_s: [0, 10, 20],
  lon_deg: [51, 51.1, 51.2],
  lat_deg: [43, 43, 43.2],
  altitude_amsl_m: [0, 10, 20],
  height_m: [0, 50, null],
  heading_deg: [350, 10, 90],
  roll_deg: [null, null, null],
  pitch_deg: [null, null, null],
  ground_speed_mps: [0, 5, 10],
  climb_mps: [0, 0, 0],
  battery_fraction: [1, 0.9, 0.8],
  ...change,
});

describe("a replay at an instant", () => {
  it("stands between two points, in proportion to time", () => {
    const moment = momentAt(columns(), 5);
    expect(moment?.lonDeg).toBeCloseTo(51.05);
    expect(moment?.heightM).toBe(25);
    expect(moment?.speedMps).toBe(2.5);
    expect(moment?.index).toBe(0);
  });

  it("turns the shorter way through north", () => {
    expect(momentAt(columns(), 5)?.headingDeg).toBeCloseTo(0);
    expect(momentAt(columns({ heading_deg: [10, 350, 0] }), 2.5)?.headingDeg).toBeCloseTo(5);
  });

  it("waits at the first point and stays at the last", () => {
    expect(momentAt(columns(), -3)?.lonDeg).toBe(51);
    expect(momentAt(columns(), 99)?.lonDeg).toBe(51.2);
    expect(momentAt(columns(), 99)?.heightM).toBe(null);
    expect(momentAt(columns({ t_s: [] }), 0)).toBe(null);
  });

  it("points the way it went where the log has no heading", () => {
    const still = columns({ heading_deg: [null, null, null], lon_deg: [51, 51.1, 51.1], lat_deg: [43, 43, 43] });
    expect(momentAt(still, 0)?.headingDeg).toBeCloseTo(90);
    expect(momentAt(still, 20)?.headingDeg).toBeCloseTo(90);
    expect(momentAt(columns({ heading_deg: [null, null, null], lon_deg: [51, 51, 51], lat_deg: [43, 43, 43] }), 5)?.headingDeg).toBe(null);
  });

  it("knows the entry in force", () => {
    const modes = [{ t_s: 0, mode: "AUTO" }, { t_s: 7, mode: "RTL" }];
    expect(lastBefore(modes, 6.9)?.mode).toBe("AUTO");
    expect(lastBefore(modes, 7)?.mode).toBe("RTL");
    expect(lastBefore(modes, -1)).toBe(null);
  });

  it("finds its index by halving", () => {
    expect([-1, 0, 9.9, 10, 20, 30].map((t) => indexAt([0, 10, 20], t))).toEqual([-1, 0, 0, 1, 2, 2]);
  });
});

describe("a profile", () => {
  it("leaves gaps open and keeps to its box", () => {
    expect(profile([0, 5, 10], [0, null, 10], 10, 0, 10)).toBe("M0.0 100.0M1000.0 0.0");
    expect(profile([0, 10], [0, 20], 10, 0, 10)).toBe("M0.0 100.0L1000.0 0.0");
  });

  it("has the range of what is known", () => {
    expect(range([null, 3, 1, null])).toEqual([1, 3]);
    expect(range([null])).toBe(null);
  });
});
