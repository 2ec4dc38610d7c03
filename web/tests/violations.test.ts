import { beforeEach, describe, expect, test } from "vitest";
import type { ViolationMessage } from "../src/api/types";
import { deedOf } from "../src/features/violations/keys";
import { language } from "../src/lib/i18n.svelte";
import { RULES, gauge, measured, unsuitedInWords, whyInWords } from "../src/lib/rules";
import { fromMessage, pointsOf } from "../src/live/violations.svelte";

const speed = { value: 87.34, uncertainty: 3.6, limit: 60, unit: "km/h" };
const standing = { hasCase: true, rejecting: false, noted: false };

beforeEach(() => {
  language.current = "en";
});

describe("keys on an officer's desk", () => {
  test("accept, reject with a reason, leave unclear", () => {
    expect(deedOf("a", "KeyA", standing)).toEqual({ kind: "decide", decision: "accept", reason: null });
    expect(deedOf("u", "KeyU", standing)).toEqual({ kind: "decide", decision: "unclear", reason: null });
    expect(deedOf("r", "KeyR", standing)).toEqual({ kind: "rejecting", open: true });
    expect(deedOf("2", "Digit2", { ...standing, rejecting: true })).toEqual({ kind: "decide", decision: "reject", reason: "wrong_vehicle" });
  });

  test("work with a Russian and a Kazakh keyboard", () => {
    expect(deedOf("ф", "KeyA", standing)).toEqual({ kind: "decide", decision: "accept", reason: null });
    expect(deedOf("о", "KeyJ", standing)).toEqual({ kind: "step", by: 1 });
  });

  test("never accept while a reason is being chosen, nor without a case", () => {
    expect(deedOf("a", "KeyA", { ...standing, rejecting: true })).toBeNull();
    expect(deedOf("a", "KeyA", { ...standing, hasCase: false })).toBeNull();
    expect(deedOf("9", "Digit9", { ...standing, rejecting: true })).toBeNull();
  });

  test("ask for a note before the reason 'other'", () => {
    expect(deedOf("8", "Digit8", { ...standing, rejecting: true })).toEqual({ kind: "note" });
    expect(deedOf("8", "Digit8", { ...standing, rejecting: true, noted: true })).toMatchObject({ reason: "other" });
  });
});

describe("why a machine took it for a violation", () => {
  test("is a sentence with the measure in each language", () => {
    expect(whyInWords("speeding", speed)).toContain("87.3 ± 3.6 km/h, where 60 km/h is allowed");
    language.current = "ru";
    expect(whyInWords("speeding", speed)).toContain("87,3 ± 3,6 км/ч при разрешённых 60 км/ч");
    language.current = "kk";
    expect(whyInWords("speeding", speed)).toContain("рұқсаты 60 км/сағ");
  });

  test("names no number that was not measured, and a rule nobody has described", () => {
    for (const rule of RULES) expect(whyInWords(rule, null)).not.toMatch(/[{}]/);
    expect(whyInWords("unheard_of", null)).toContain("“unheard_of”");
  });

  test("shows on which side of the limit the whole doubt lies", () => {
    const sure = gauge(speed);
    expect(sure.low).toBeGreaterThan(sure.limit);
    const near = gauge({ ...speed, value: 62 });
    expect(near.low).toBeLessThan(near.limit);
    const priority = gauge({ value: 0.6, uncertainty: 0.2, limit: 1, unit: "s" });
    expect(priority.high).toBeLessThan(priority.limit);
    expect(measured({ value: 0.6, uncertainty: 0.2, unit: "s" })).toBe("0.6 ± 0.2 s");
  });
});

test("a case told live without a place or a tier is shown without both", () => {
  const message = { violation_id: "v", rule: "red_light", lon_deg: null, lat_deg: null, measure: null, evidence_tier: null, state: "new" };
  expect(fromMessage(message as unknown as ViolationMessage)).toMatchObject({ id: "v", place: null, tier: "C", state: "new" });
});

test("the map does not tell the officer what was decided on the case before him", () => {
  const place = { violation_id: "v", rule: "red_light", lon_deg: 51.16, lat_deg: 43.65, measure: null, evidence_tier: "B", state: "rejected" };
  const all = [fromMessage(place as unknown as ViolationMessage)];
  expect(pointsOf(all, null).features[0]?.properties?.state).toBe("rejected");
  expect(pointsOf(all, "v").features[0]?.properties?.state).toBe("new");
});

describe("why a camera is not fit for a rule", () => {
  const reason = { code: "pixels_per_m", text: "As the server says it.", value: 7.5, wanted: 20, feature: "lane-1" };

  test("names the feature, what was found and what is wanted", () => {
    expect(unsuitedInWords(reason)).toBe("lane-1: 7.5 pixels per metre; 20 are good");
  });

  test("keeps the server's words for a reason without its own", () => {
    expect(unsuitedInWords({ ...reason, code: "heard_of_tomorrow" })).toBe("As the server says it.");
  });
});
