import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CommandUpdate, LonLat, Mission, ObservationMessage, VehicleState } from "../src/api/types";
import { language } from "../src/lib/i18n.svelte";
import { Control } from "../src/live/control.svelte";
import { Findings, fromFeature, fromMessage } from "../src/live/findings.svelte";
import { Fleet } from "../src/live/fleet.svelte";
import { freshness, linkAgeS } from "../src/live/freshness";
import { Missions } from "../src/live/missions.svelte";
import { perFrame } from "../src/live/per-frame";
import { TopicHub } from "../src/live/topics";
import { extendTrail } from "../src/live/trail";

const STATE = {
  vehicle_id: "mav-1",
  link: "online",
  heartbeat_age_s: 0.4,
  lon_deg: 51.16,
  lat_deg: 43.65,
} as VehicleState;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  language.current = "en";
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("freshness", () => {
  test("a vehicle nobody hears of turns stale by itself and its age keeps growing", () => {
    expect(freshness(STATE, 1000, 2000)).toBe("live");
    expect(freshness(STATE, 1000, 4500)).toBe("stale");
    expect(linkAgeS(STATE, 1000, 4500)).toBeCloseTo(3.9);
  });

  test("a link the station calls lost is lost however fresh its message", () => {
    expect(freshness({ ...STATE, link: "lost" }, 1000, 1000)).toBe("lost");
  });
});

describe("the fleet", () => {
  test("shows only the newest of many states in one frame", () => {
    const fleet = new Fleet();
    const frames = vi.fn();
    fleet.onChange(frames);
    for (let i = 0; i < 20; i += 1) fleet.hear({ ...STATE, mode: `M${i}` });
    expect(frames).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(frames).toHaveBeenCalledTimes(1);
    expect(fleet.vehicles.get("mav-1")?.mode).toBe("M19");
  });

  test("takes each event once and keeps the newest first", () => {
    const fleet = new Fleet();
    const hub = new TopicHub();
    fleet.listen(hub);
    for (const id of ["a", "b", "a"]) hub.deliver("vehicle.event", { event_id: id, vehicle_id: "mav-1", text: id });
    expect(fleet.events.map((event) => event.event_id)).toEqual(["a", "b"]);
  });

  test("a trail grows only when the vehicle moves", () => {
    const trail: LonLat[] = [];
    expect(extendTrail(trail, [51.16, 43.65])).toBe(true);
    expect(extendTrail(trail, [51.160001, 43.65])).toBe(false);
    expect(extendTrail(trail, [51.1601, 43.65])).toBe(true);
    expect(trail).toHaveLength(2);
  });
});

describe("findings", () => {
  const message = (revision: number, label = "car"): ObservationMessage =>
    ({
      observation_id: "o-1",
      revision,
      label,
      kind: "track",
      confidence: 0.8,
      source_id: "gate",
      started_at: "2026-11-01T10:00:00Z",
      ended_at: "2026-11-01T10:00:05Z",
      lon_deg: 51.16,
      lat_deg: 43.65,
      accuracy_m: 1.8,
    }) as ObservationMessage;

  test("a later revision replaces an earlier one and a late earlier one changes nothing", () => {
    const findings = new Findings();
    findings.add(fromMessage(message(1, "truck")));
    findings.add(fromMessage(message(0, "car")));
    vi.advanceTimersByTime(20);
    expect(findings.all.map((finding) => finding.label)).toEqual(["truck"]);
  });

  test("history and live head of the same finding are one row", () => {
    const findings = new Findings();
    const properties = { id: "o-1", label: "car", kind: "track", ended_at: "2026-11-01T10:00:05Z", revision: 0 };
    findings.add(fromFeature({ type: "Feature", properties, geometry: { type: "Point", coordinates: [51.16, 43.65] } }));
    findings.add(fromMessage(message(1)));
    vi.advanceTimersByTime(20);
    expect(findings.all).toHaveLength(1);
    expect(findings.all[0]?.live).toBe(true);
  });

  test("one without a place is listed but not drawn", () => {
    const findings = new Findings();
    findings.add(fromMessage({ ...message(0), lon_deg: null, lat_deg: null }));
    vi.advanceTimersByTime(20);
    expect(findings.all).toHaveLength(1);
    expect(findings.points(Date.now()).features).toEqual([]);
    expect(findings.circles().features).toEqual([]);
  });
});

describe("commands", () => {
  const update = (state: CommandUpdate["state"], reason: string | null = null): CommandUpdate => ({
    command_id: "c-1",
    vehicle_id: "mav-1",
    command: "takeoff",
    state,
    at: new Date().toISOString(),
    progress: null,
    effect: null,
    reason,
    result: null,
    requested_by: "pilot",
  });
  const answers = (table: Record<string, [number, unknown]>) => {
    const asked: { path: string; body: unknown }[] = [];
    vi.stubGlobal("fetch", async (path: string, options: { body?: string }) => {
      asked.push({ path, body: options.body ? JSON.parse(options.body) : null });
      const key = Object.keys(table).find((end) => path.endsWith(end)) ?? "";
      const [status, body] = table[key] ?? [404, {}];
      return new Response(JSON.stringify(body), { status });
    });
    return asked;
  };

  test("a dangerous one gets its token first and sends the same parameters with it", async () => {
    const asked = answers({ "/confirmations": [200, { confirmation_token: "tok" }], "/commands": [202, update("sent")] });
    await new Control("aigul", () => undefined, () => undefined).send("mav-1", "takeoff", { altitude_m: 30 });
    expect(asked.map(({ path }) => path.split("/").at(-1))).toEqual(["confirmations", "commands"]);
    expect(asked[1]?.body).toEqual({ command: "takeoff", parameters: { altitude_m: 30 }, confirmation_token: "tok" });
  });

  test("hold goes at once, without asking for a token", async () => {
    const asked = answers({ "/commands": [202, { ...update("sent"), command: "hold" }] });
    await new Control("aigul", () => undefined, () => undefined).send("mav-1", "hold");
    expect(asked).toHaveLength(1);
  });

  test("is done only when the vehicle's own update says so", async () => {
    answers({ "/confirmations": [200, { confirmation_token: "tok" }], "/commands": [202, update("sent")] });
    const hub = new TopicHub();
    const control = new Control("aigul", () => undefined, () => undefined);
    control.listen(hub);
    await control.send("mav-1", "takeoff", { altitude_m: 30 });
    expect(control.commands.get("mav-1")?.state).toBe("sent");
    hub.deliver("command.update", update("running"));
    expect(control.commands.get("mav-1")?.state).toBe("running");
    hub.deliver("command.update", update("done"));
    hub.deliver("command.update", update("running"));
    expect(control.commands.get("mav-1")?.state).toBe("done");
  });

  test("a refusal is shown in the words that came with it", async () => {
    answers({ "/confirmations": [409, { code: "lease_held", detail: "pilot-2 holds mav-1.", hint: "Ask for it." }] });
    const control = new Control("aigul", () => undefined, () => undefined);
    await control.send("mav-1", "takeoff", { altitude_m: 30 });
    expect(control.commands.get("mav-1")).toMatchObject({ state: "failed", text: "pilot-2 holds mav-1. Ask for it." });
  });
});

describe("once per frame", () => {
  test("many calls make one run, and a later call another", () => {
    const work = vi.fn();
    const ask = perFrame(work);
    ask();
    ask();
    vi.advanceTimersByTime(20);
    expect(work).toHaveBeenCalledTimes(1);
    ask();
    vi.advanceTimersByTime(20);
    expect(work).toHaveBeenCalledTimes(2);
  });
});

describe("saved missions", () => {
  test("that come again unchanged stay the very objects, so that nothing that looks at one asks for it without end", () => {
    const missions = new Missions();
    const mission = { id: "m-1", created_at: "2026-11-24T00:00:00Z", state: "flown" } as Mission;
    missions.put(mission);
    const kept = missions.get("m-1");
    missions.put({ ...mission });
    expect(missions.get("m-1")).toBe(kept);
    missions.put({ ...mission, state: "failed" });
    expect(missions.get("m-1")?.state).toBe("failed");
  });
});
