import { describe, expect, test } from "vitest";
import type { Mission } from "../src/api/types";
import { grouped, nameInGroup } from "../src/lib/mission-groups";

const mission = (name: string, group_id: string | null = null) => ({ id: name, name, group_id }) as Mission;

describe("the list of missions", () => {
  const flights = [10, 2, 1].map((n) => mission(`Field, flight ${n} of 10`, "g"));

  test("shows the flights of one plan once, under its name, in the order they are flown", () => {
    const entries = grouped([mission("Newest"), ...flights, mission("Oldest")]);
    expect(entries.map((entry) => entry.name)).toEqual(["Newest", "Field", "Oldest"]);
    expect((entries[1] as { missions: Mission[] }).missions.map((one) => one.name)).toEqual(["Field, flight 1 of 10", "Field, flight 2 of 10", "Field, flight 10 of 10"]);
  });

  test("names a flight among the others by its vehicle and number", () => {
    expect(nameInGroup(flights[1] as Mission, flights)).toBe("Flight 2");
    const shared = ["mav-1, flight 1 of 2", "mav-1, flight 2 of 2", "mav-2"].map((own) => mission(`Shore, east, ${own}`, "g"));
    expect(shared.map((one) => nameInGroup(one, shared))).toEqual(["mav-1, Flight 1", "mav-1, Flight 2", "mav-2"]);
  });

  test("leaves a flight alone whose others are gone", () => {
    expect(grouped(flights.slice(0, 1)).map((entry) => entry.name)).toEqual(["Field, flight 10 of 10"]);
  });
});
