import { describe, expect, test } from "vitest";
import { language, localName, t } from "../src/lib/i18n.svelte";
import en from "../src/locales/en.json";
import kk from "../src/locales/kk.json";
import ru from "../src/locales/ru.json";

type Entry = string | Record<string, string>;
const DICTIONARIES: [string, Record<string, Entry>][] = [
  ["en", en],
  ["kk", kk],
  ["ru", ru],
];
const placeholders = (entry: Entry) => {
  const texts = typeof entry === "string" ? [entry] : Object.values(entry);
  return texts.map((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join());
};

describe("the catalogue", () => {
  test.each(DICTIONARIES)("%s has exactly the keys of English", (_, dictionary) => {
    expect(Object.keys(dictionary).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(DICTIONARIES)("%s uses the same placeholders as English in every text", (_, dictionary) => {
    for (const [key, entry] of Object.entries(dictionary)) {
      const expected = placeholders((en as Record<string, Entry>)[key] as Entry)[0];
      for (const found of placeholders(entry)) expect(found, key).toBe(expected);
    }
  });

  test.each(DICTIONARIES)("%s has every plural form its language asks for", (code, dictionary) => {
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(dictionary)) {
      if (typeof entry !== "string") expect(Object.keys(entry).sort(), key).toEqual([...forms].sort());
    }
  });

  test.each(DICTIONARIES)("%s has no empty text", (_, dictionary) => {
    for (const [key, entry] of Object.entries(dictionary)) {
      for (const text of typeof entry === "string" ? [entry] : Object.values(entry)) expect(text.trim(), key).not.toBe("");
    }
  });
});

describe("a text", () => {
  test("takes the plural form of Russian numbers", () => {
    language.current = "ru";
    expect([1, 3, 5, 21].map((n) => t("vehicles.count", { n }))).toEqual(["1 аппарат", "3 аппарата", "5 аппаратов", "21 аппарат"]);
  });

  test("changes with the language without anything else changing", () => {
    language.current = "kk";
    expect(t("nav.layers")).toBe("Қабаттар");
    language.current = "en";
    expect(t("nav.layers")).toBe("Layers");
  });

  test("of a thing falls back to another language rather than to nothing", () => {
    language.current = "en";
    expect(localName({ name_kk: "Ақтау", name_ru: "Актау" })).toBe("Ақтау");
    expect(localName({ name_kk: "Ақтау", name_en: "Aktau" })).toBe("Aktau");
    expect(localName({})).toBeNull();
  });
});
