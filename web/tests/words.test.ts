import { readFileSync, readdirSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { readable } from "../src/features/inspect/properties";
import { search } from "../src/features/shell/search";
import { folded } from "../src/lib/folded";
import { language } from "../src/lib/i18n.svelte";
import { area, coordinates, date, dateTime, duration, length, metres, percent } from "../src/lib/units";
import { changedHash, readHash } from "../src/lib/url-state";
import { LAYERS } from "../src/map/catalogue";
import en from "../src/locales/en.json";

beforeEach(() => {
  language.current = "en";
});

describe("units", () => {
  test("lengths and areas change their unit where a person would", () => {
    expect([length(950), length(1250), length(84_000)]).toEqual(["950 m", "1.25 km", "84.0 km"]);
    expect([area(4200), area(43_980), area(25_000_000)]).toEqual(["4,200 m²", "4.40 ha", "25.0 km²"]);
  });

  test("durations read as a person says them", () => {
    expect([duration(4.9), duration(90), duration(8640)]).toEqual(["4 s", "2 min", "2 h 24 min"]);
  });

  test("a height just under zero is not written as minus zero", () => {
    expect(metres(-0.04)).toBe("0 m");
  });

  test("what is not known is a dash, never a zero", () => {
    expect([metres(null), percent(undefined), duration(null)]).toEqual(["–", "–", "–"]);
  });

  test("instants are shown in the time of Aktau, dates in the language's own form", () => {
    const instant = "2026-11-22T20:30:00Z";
    expect(dateTime(instant)).toBe("23 Nov 2026, 01:30");
    language.current = "ru";
    expect(date(instant)).toBe("23 нояб. 2026 г.");
    language.current = "kk";
    expect(date(instant)).toBe("2026 ж. 23 қар.");
    expect(length(84_500)).toBe("84,5 км");
  });

  test("coordinates carry their hemisphere", () => {
    expect(coordinates(51.16, -43.65)).toBe("43.65000° S, 51.16000° E");
  });
});

describe("a feature's properties", () => {
  test("become labels and values without raw keys, codes or ISO instants", () => {
    const facts = readable({ id: "x", name_kk: "А", state: "in_progress", area_m2: 52_000, reported_at: "2026-11-22T20:30:00Z", volume_m3: null });
    expect(facts).toEqual([
      { label: "State", value: "In progress" },
      { label: "Area", value: "5.20 ha" },
      { label: "Reported", value: "23 Nov 2026, 01:30" },
    ]);
  });

  test("that the catalogue does not know still read as words", () => {
    expect(readable({ pole_height_m: 6 })).toEqual([{ label: "Pole height m", value: "6 m" }]);
  });
});

describe("search", () => {
  test("finds a place by its Kazakh, Russian and English name and without special letters", () => {
    for (const typed of ["Жаңаөзен", "жанаозен", "Zhanaozen", "ЖАНАОЗЕН"]) {
      expect(search(typed, [], [])[0]?.name, typed).toBe("Zhanaozen");
    }
    expect(folded("Құрық")).toBe(folded("Курик"));
  });

  test("says nothing for an empty question", () => {
    expect(search("  ", [], [])).toEqual([]);
  });
});

describe("the view in the URL", () => {
  test("keeps the map's own part while ours changes", () => {
    const hash = changedHash("#map=12/43.65/51.16", { panel: "layers", off: "roads,fibre" });
    expect(hash).toBe("#map=12/43.65/51.16&panel=layers&off=roads,fibre");
    expect(changedHash(hash, { panel: null, off: null })).toBe("#map=12/43.65/51.16");
    expect(readHash(hash).get("off")).toBe("roads,fibre");
  });
});

describe("the catalogue of layers", () => {
  test("names every layer, group and sign in the texts", () => {
    for (const layer of LAYERS) {
      expect(en).toHaveProperty([`layer.${layer.id}`]);
      expect(en).toHaveProperty([`group.${layer.group}`]);
      for (const item of layer.legend) expect(en).toHaveProperty([item.label]);
    }
  });

  test("has no two layers or sources of one name", () => {
    const sources = LAYERS.flatMap((layer) => Object.keys(layer.sources));
    expect(new Set(sources).size).toBe(sources.length);
    expect(new Set(LAYERS.map((layer) => layer.id)).size).toBe(LAYERS.length);
  });
});

describe("the house rule", () => {
  test("features import from each other only in the shell, which puts them together", () => {
    const features = new URL("../src/features/", import.meta.url);
    for (const entry of readdirSync(features, { recursive: true, encoding: "utf8" })) {
      const room = entry.split("/")[0] ?? "";
      if (room === "shell" || !/\.(ts|svelte)$/.test(entry)) continue;
      const text = readFileSync(new URL(entry, features), "utf8");
      const outside = [...text.matchAll(/from "\.\.\/([a-z-]+)\//g)].map((match) => match[1]);
      expect(outside.filter((other) => other !== room), entry).toEqual([]);
    }
  });
});
