import { afterEach, describe, expect, test } from "vitest";
import { findingText, reasonText } from "../src/lib/finding-words";
import { language } from "../src/lib/i18n.svelte";

const crossing = { code: "self_crossing", message: "Avoid zone 2 crosses itself at 51.17, 43.66.", values: { what: "avoid_zone", n: 2 } };

describe("what is wrong with a plan", () => {
  afterEach(() => language.choose("en"));

  test("is told in the chosen language, names of things included", () => {
    expect(findingText(crossing)).toMatch(/^No-fly zone 2: two sides cross/);
    language.choose("ru");
    expect(findingText(crossing)).toMatch(/^Запретная зона 2: здесь пересекаются/);
    language.choose("kk");
    expect(findingText(crossing)).toMatch(/^2-тыйым аймағы: /);
  });

  test("has several sentences where one code means several things", () => {
    const home = { code: "home_blocked", message: "", values: { form: "vehicle", n: 3 } };
    expect(findingText(home)).toMatch(/^Home of vehicle 3 /);
    expect(findingText({ ...home, values: {} })).toMatch(/^Home lies /);
  });

  test("names members and lists of parts in that language too", () => {
    language.choose("ru");
    const limits = { code: "out_of_range", message: "", values: { member: "wind.speed_mps", value: 90, bounds: "0 – 40" } };
    expect(findingText(limits)).toBe("Скорость: 90, а можно 0 – 40. Измените.");
    const loss = { code: "format_loss", message: "", values: { form: "changed", format: "Litchi", items: "3, 4", name: "WAYPOINT", what: "place, altitude" } };
    expect(findingText(loss)).toBe("Пункты 3, 4 (WAYPOINT): в файле Litchi изменится: место, высота.");
  });

  test("of a file of airspace and of a proposal, with dates and kinds as people write them", () => {
    language.choose("kk");
    expect(findingText({ code: "airspace_assumed", message: "", values: { form: "no_floor", part: "line", n: 7, name: "UAP5" } })).toBe("7-жол: «UAP5» төменгі шегі жоқ; жерден деп алынды.");
    language.choose("ru");
    const seen = { code: "schedule_seen", reason: "", source_id: "", source_kind: "schedule", values: { name: "Трасса 4", date: "2026-11-02", by: "track", days: 30 } };
    expect(reasonText(seen)).toBe("«Трасса 4» видели в последний раз 2 нояб. 2026 г. (пролёт); нужно раз в 30 дн.");
    expect(reasonText({ ...seen, code: null, reason: "Куча у дороги." })).toBe("Куча у дороги.");
  });

  test("is told as the server wrote it where a value or the sentence is missing", () => {
    expect(findingText({ ...crossing, values: {} })).toBe(crossing.message);
    expect(findingText({ code: "unheard_of", message: "Something new." })).toBe("Something new.");
  });
});
