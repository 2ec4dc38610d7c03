import { readFileSync, readdirSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { LegalOrder } from "../src/api/types";
import { areaOf, draftOf, drawnOf, hitBy, listed, missingOf, proposedId, setupOf, stateOf, titleOf } from "../src/features/violations/orders";
import { language } from "../src/lib/i18n.svelte";
import { instantOf, localOf } from "../src/lib/local-time";
import { RULES, doubtInWords, suspendedInWords } from "../src/lib/rules";
import en from "../src/locales/en.json";
import kk from "../src/locales/kk.json";
import ru from "../src/locales/ru.json";

const ORDER: LegalOrder = {
  id: "order-1",
  authority: "Akimat of Aktau",
  number: "12-3",
  title_kk: "Бағдаршам",
  title_ru: "Светофор",
  title_en: "Signal",
  kind: "signal",
  issued_on: "2026-01-01",
  valid_from: "2026-02-01T00:00:00Z",
  valid_to: "2026-08-01T00:00:30Z",
  document_url: null,
  area: null,
  revoked_at: null,
  revoked_by: null,
  revoked_why: null,
  void_from: null,
  updated_at: "2026-01-01T00:00:00.123456Z",
  cases: 0,
};
const at = (instant: string) => Date.parse(instant);
const revoked = (voidFrom: string): LegalOrder => ({ ...ORDER, revoked_at: "2026-05-01T00:00:00Z", revoked_by: "aigul", revoked_why: "mistake", void_from: voidFrom });

beforeEach(() => {
  language.current = "en";
});

describe("how an order stands", () => {
  test("follows its time", () => {
    expect(stateOf(ORDER, at("2026-01-31T23:59:59Z"))).toBe("not_yet");
    expect(stateOf(ORDER, at("2026-02-01T00:00:00Z"))).toBe("in_force");
    expect(stateOf(ORDER, at("2026-08-01T00:00:30Z"))).toBe("expired");
    expect(stateOf({ ...ORDER, valid_to: null }, at("2036-01-01T00:00:00Z"))).toBe("in_force");
  });

  test("is void where it never held, revoked only since it does not hold", () => {
    expect(stateOf(revoked(ORDER.valid_from), at("2026-06-01T00:00:00Z"))).toBe("void");
    expect(stateOf(revoked("2026-05-10T00:00:00Z"), at("2026-05-09T00:00:00Z"))).toBe("in_force");
    expect(stateOf(revoked("2026-05-10T00:00:00Z"), at("2026-05-10T00:00:00Z"))).toBe("revoked");
  });

  test("is listed by what holds, and found by what names it in any language", () => {
    const future = { ...ORDER, id: "later", valid_from: "2026-07-01T00:00:00Z" };
    const old = { ...ORDER, id: "old", valid_to: "2026-03-01T00:00:00Z" };
    const orders = [old, future, ORDER];
    expect(listed(orders, "", at("2026-06-01T00:00:00Z")).map((one) => one.id)).toEqual(["order-1", "later", "old"]);
    expect(listed(orders, "багдаршам 12-3", at("2026-06-01T00:00:00Z"))).toHaveLength(3);
    expect(listed(orders, "closure", at("2026-06-01T00:00:00Z"))).toEqual([]);
    language.current = "kk";
    expect(titleOf(ORDER)).toBe("Бағдаршам");
  });
});

describe("an order in its form", () => {
  test("is sent back as it came when nothing was touched, seconds included", () => {
    const sent = setupOf(draftOf(ORDER, ORDER.updated_at), ORDER);
    expect(ORDER).toMatchObject(sent);
  });

  test("reads times by the clock of Aktau wherever the browser is", () => {
    expect(localOf("2026-05-31T19:30:00Z")).toBe("2026-06-01T00:30");
    expect(Date.parse(instantOf("2026-06-01T00:30"))).toBe(at("2026-05-31T19:30:00Z"));
    const draft = { ...draftOf(ORDER, ORDER.updated_at), from: "2026-03-01T08:00", to: "" };
    expect(setupOf(draft, ORDER)).toMatchObject({ valid_from: "2026-03-01T08:00:00+05:00", valid_to: null });
  });

  test("tells what is missing, and what cannot be", () => {
    const blank = draftOf(null, "2026-05-31T19:30:00Z");
    expect(blank.issued_on).toBe("2026-06-01");
    expect(missingOf(blank).empty).toEqual(["field.number", "field.authority", "order.title.kk", "order.title.ru", "order.title.en", "order.id"]);
    const whole = draftOf(ORDER, ORDER.updated_at);
    expect(missingOf(whole)).toEqual({ empty: [], wrong: [] });
    expect(missingOf({ ...whole, to: whole.from, document_url: "adilet.kz" }).wrong).toEqual(["order.times.wrong", "order.document.wrong"]);
    expect(missingOf({ ...whole, id: "a b" }).wrong).toEqual(["order.id.wrong"]);
  });

  test("proposes a name that scenes can write", () => {
    expect(proposedId("12/3-Қ")).toBe("order-12-3");
    expect(proposedId("Қ")).toBe("");
  });

  test("draws areas without holes; others stay as they are", () => {
    const corners: [number, number][] = [[51.1, 43.6], [51.2, 43.6], [51.2, 43.7]];
    expect(drawnOf(areaOf([corners]))).toEqual([corners]);
    expect(areaOf([corners, corners])?.type).toBe("MultiPolygon");
    expect(drawnOf(areaOf([corners, corners]))).toEqual([corners, corners]);
    expect(areaOf([])).toBeNull();
    expect(drawnOf(null)).toEqual([]);
    const ring = [...corners, corners[0] as [number, number]];
    expect(drawnOf({ type: "Polygon", coordinates: [ring, ring] })).toBeNull();
    expect(drawnOf({ type: "LineString", coordinates: corners })).toBeNull();
  });
});

test("of the cases a revocation hits, those that left the house are told apart", () => {
  const one = { id: "1", rule: "red_light", sourceId: "gate", at: ORDER.valid_from, state: "withdrawn" } as const;
  expect(hitBy([one, { ...one, state: "handed_over" }, one])).toEqual({ withdrawn: 2, away: 1 });
});

describe("what the server says of rules", () => {
  test("is told in words: why a camera is suspended, why a case is doubtful", () => {
    expect(suspendedInWords("clock, moved")).toBe(`${en["source.trouble.clock"]}, ${en["source.trouble.moved"]}`);
    expect(suspendedInWords("unheard_of")).toBe("unheard_of");
    language.current = "ru";
    expect(doubtInWords("source: frozen")).toBe("На камеру нельзя было положиться: Кадр замер.");
    expect(doubtInWords("Legal order order-1 was revoked: ошибка в номере")).toBe("Правовой акт order-1 отменён: ошибка в номере");
    expect(doubtInWords("The camera was moved at 12:40.")).toBe("The camera was moved at 12:40.");
  });

  // The published schema leaves the code of a rule open, so it is read where the rules are.
  const code = (word: string) => new RegExp(`(?:code=|ForbiddenArea\\()"(${word})"`, "g");
  const rules = ["traffic", "public"].flatMap((room) => {
    const folder = new URL(`../../vision/rules/${room}/`, import.meta.url);
    return readdirSync(folder).filter((name) => name.endsWith(".py")).flatMap((name) => [...readFileSync(new URL(name, folder), "utf8").matchAll(code("\\w+"))].map((match) => match[1]));
  });

  test("has a word for every reason a camera is fit or not", () => {
    const text = readFileSync(new URL("../../vision/rules/suitability.py", import.meta.url), "utf8");
    const codes = [...(/^Code = Literal\[(.*?)^\]/ms.exec(text)?.[1] ?? "").matchAll(/"(\w+)"/g)].map((match) => `suited.${match[1]}`);
    expect(codes).toContain("suited.not_seen");
    for (const dictionary of [en, ru, kk]) expect(codes.filter((key) => !(key in dictionary))).toEqual([]);
  });

  test("names every rule of the catalogue, and no other, in three languages", () => {
    expect([...RULES].sort()).toEqual([...rules].sort());
    const needed = rules.flatMap((rule) => [`rule.${rule}`, `rule.why.${rule}`]);
    for (const dictionary of [en, ru, kk]) expect(needed.filter((key) => !(key in dictionary))).toEqual([]);
  });
});
