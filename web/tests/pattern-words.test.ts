import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PatternInfo, SchemaProperty } from "../src/api/types";
import { targetOf } from "../src/features/planning/pattern";
import en from "../src/locales/en.json";
import kk from "../src/locales/kk.json";
import ru from "../src/locales/ru.json";

/** The catalogue as the server publishes it. */
const PATTERNS = JSON.parse(readFileSync(new URL("../../tests/contract/snapshots/patterns.json", import.meta.url), "utf-8")) as PatternInfo[];
const DICTIONARIES: [string, object][] = [["en", en], ["ru", ru], ["kk", kk]];

function* wordsOf(properties: Record<string, SchemaProperty>): Generator<string> {
  for (const [name, property] of Object.entries(properties)) {
    yield `member.${name}`;
    for (const part of [property, property.items ?? {}, ...(property.anyOf ?? [])]) {
      for (const choice of part.enum ?? []) yield `choice.${String(choice)}`;
      if (typeof part.const === "string" && name !== "pattern") yield `choice.${part.const}`;
      if (part["x-unit"]) yield `planUnit.${part["x-unit"]}`;
      if (part.properties) yield* wordsOf(part.properties);
    }
  }
}

describe.each(DICTIONARIES)("%s", (_, dictionary) => {
  test.each(PATTERNS.map((one) => [one.pattern, one] as const))("has a word for the pattern %s, its members, choices and units", (word, one) => {
    const needed = new Set([`pattern.${word}`, `pattern.${word}.help`, ...wordsOf(one.request.properties)]);
    expect([...needed].filter((key) => !(key in dictionary))).toEqual([]);
  });
});

test("every pattern can be drawn", () => {
  expect(PATTERNS.filter((one) => targetOf(one) === null).map((one) => one.pattern)).toEqual([]);
});
