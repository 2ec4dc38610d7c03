/** Live things as GeoJSON for the map. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { ConflictState, CoverageView, DockStatus, LonLat, RunSlotState, VehicleState } from "../api/types";
import { nadirFootprint, tiltedFootprint } from "../lib/geometry";
import { grouped } from "../lib/mission-groups";
import { progressAlong, splitAt } from "../lib/path-progress";
import { t } from "../lib/i18n.svelte";
import { duration, metres } from "../lib/units";
import { type Fleet, homeOf, positionOf } from "../live/fleet.svelte";
import { type Missions, pathOf } from "../live/missions.svelte";
import type { Payload } from "../live/payload.svelte";
import type { Traffic } from "../live/traffic.svelte";
import type { Safety } from "../live/safety.svelte";
import { withAnchors } from "../map/anchors";

const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
const feature = (geometry: Geometry, properties: Record<string, unknown> = {}): Feature => ({ type: "Feature", properties, geometry });
const line = (coordinates: LonLat[], properties: Record<string, unknown> = {}) => feature({ type: "LineString", coordinates }, properties);
const point = (coordinates: LonLat, properties: Record<string, unknown> = {}) => feature({ type: "Point", coordinates }, properties);

/** Gaps above what was covered. */
export function coverageAreas(seen: CoverageView | null): FeatureCollection {
  if (!seen) return collection([]);
  const areas = [feature(seen.covered as unknown as Geometry, { gap: false }), feature(seen.gaps as unknown as Geometry, { gap: true })];
  return collection(areas);
}

export function missingPhotos(seen: CoverageView | null): FeatureCollection {
  return collection((seen?.missing ?? []).map((place) => point(place)));
}

/** Ground covered by missions under way. */
export function runAreas(slots: readonly RunSlotState[]): FeatureCollection {
  return collection(slots.flatMap((slot) => (slot.covered ? [feature(slot.covered as unknown as Geometry, { number: slot.number })] : [])));
}

export function runMissed(slots: readonly RunSlotState[]): FeatureCollection {
  return collection(slots.flatMap((slot) => slot.missed.map((place) => point(place))));
}

/** `selectedId` is drawn on top, then what flies: vehicles at home stand close together. */
export function vehiclePoints(fleet: Fleet, nowMs: number, selectedId: string | null): FeatureCollection {
  const features = [...fleet.vehicles.values()].flatMap((state) => {
    const at = positionOf(state);
    if (!at) return [];
    const live = fleet.freshness(state.vehicle_id, nowMs) === "live";
    const label = live ? state.vehicle_id : `${state.vehicle_id} · ${duration(fleet.linkAgeS(state.vehicle_id, nowMs))}`;
    const look = live ? (state.flying ? "flying" : "ground") : "lost";
    const order = state.vehicle_id === selectedId ? 2 : state.flying ? 1 : 0;
    return [point(at, { id: state.vehicle_id, look, label, order, heading: state.heading_deg ?? 0 })];
  });
  return collection(features);
}

export function homes(fleet: Fleet): FeatureCollection {
  return collection([...fleet.vehicles.values()].flatMap((state) => {
    const home = homeOf(state);
    return home ? [point(home, { id: state.vehicle_id })] : [];
  }));
}

export function turnBackMarks(safety: Safety, nowMs: number): FeatureCollection {
  return collection(safety.turnBacks(nowMs).flatMap((state) => {
    if (state.lon_deg === null || state.lat_deg === null || state.in_s === null) return [];
    const name = state.vehicle_id;
    const label = state.passed ? t("turnBack.label.passed", { name }) : t("turnBack.label", { name, time: duration(state.in_s) });
    // Without a plan the place is where the vehicle is: the strip tells the time, a mark would only hide the vehicle.
    return state.basis === "mission" || state.passed ? [point([state.lon_deg, state.lat_deg], { passed: state.passed, label })] : [];
  }));
}

export function conflictMarks(conflicts: readonly ConflictState[]): FeatureCollection {
  return collection(conflicts.map((found) => {
    const values = { first: found.first, second: found.second, distance: metres(found.horizontal_m), time: duration(found.in_s) };
    return point([found.lon_deg, found.lat_deg], { label: t("conflict.label", values) });
  }));
}

export function dockMarks(docks: readonly DockStatus[]): FeatureCollection {
  return collection(docks.map((dock) => {
    const look = dock.state === "fault" || dock.state === "unreachable" ? "bad" : dock.state === "open" || dock.state === "away" ? "open" : "shut";
    return point([dock.lon_deg, dock.lat_deg], { id: dock.dock_id, look, label: `${dock.name} · ${t(`dock.state.${dock.state}`)}` });
  }));
}

/** Other aircraft, paler the older their position is; those near one of ours stand out. */
export function trafficPoints(traffic: Traffic, nowMs: number): FeatureCollection {
  return collection(traffic.all().map((one) => {
    const ageS = Math.max(0, (nowMs - one.receivedMs) / 1000 + one.state.age_s);
    const { state } = one;
    const height = state.altitude_amsl_m ?? state.height_m;
    const lines = [state.name, [metres(height), ageS > 5 ? duration(ageS) : ""].filter(Boolean).join(" · ")];
    return point([state.lon_deg, state.lat_deg], {
      ...state,
      near: undefined,
      id: state.traffic_id,
      label: lines.join("\n"),
      heading: state.heading_deg ?? 0,
      look: state.near.length > 0 || state.emergency ? "near" : state.heading_deg === null ? "still" : "plain",
      fade: Math.max(0.3, 1 - ageS / 60),
    });
  }));
}

export function trails(fleet: Fleet): FeatureCollection {
  return collection([...fleet.trails].filter(([, trail]) => trail.length > 1).map(([id, trail]) => line(trail, { id })));
}

/**
 * Ground seen by the cameras of flying vehicles: where the gimbal looks when it tells, else straight down.
 * `cameras`: vehicle id → horizontal field of view of a camera that is known without being heard.
 */
export function footprints(fleet: Fleet, payload: Payload, cameras: ReadonlyMap<string, number>): FeatureCollection {
  const ids = new Set([...cameras.keys(), ...payload.states.keys()]);
  return collection([...ids].flatMap((vehicleId) => {
    const state = fleet.vehicles.get(vehicleId);
    const at = state && positionOf(state);
    const height = state?.altitude_above_home_m ?? 0;
    if (!state?.flying || !at || height <= 2) return [];
    const view = payload.view(vehicleId, cameras.get(vehicleId));
    if (!view) return [];
    const heading = view.heading ?? state.heading_deg ?? 0;
    const straightDown = view.pitch === null || view.pitch < -88;
    const geometry = straightDown
      ? nadirFootprint(at, height, heading, view.hfov)
      : tiltedFootprint(at, height, heading, view.pitch ?? -90, view.hfov, view.vfov);
    return [feature(geometry)];
  }));
}

/** Planned lines of the missions being flown, cut where each vehicle is. Remembers how far each has come. */
export class PlannedLines {
  readonly #along = new Map<string, { missionId: string; alongM: number }>();

  lines(fleet: Fleet, missions: Missions, targets: ReadonlyMap<string, LonLat>): FeatureCollection {
    return collection([...fleet.vehicles.values()].flatMap((state) => [
      ...this.#planned(state, missions),
      ...target(state, targets.get(state.vehicle_id)),
    ]));
  }

  #planned(state: VehicleState, missions: Missions): Feature[] {
    const { mission } = state;
    if (!mission?.mission_id || mission.state === "complete" || mission.state === "none") {
      this.#along.delete(state.vehicle_id);
      return [];
    }
    missions.wanted(mission.mission_id);
    const saved = missions.get(mission.mission_id);
    const path = saved ? pathOf(saved) : [];
    const at = positionOf(state);
    if (path.length < 2 || !at) return [];
    if (mission.state === "not_started") return [line(path, { part: "remaining" })];
    const before = this.#along.get(state.vehicle_id);
    const known = before?.missionId === mission.mission_id ? before.alongM : null;
    const alongM = progressAlong(path, at, known, mission.current_item / Math.max(1, mission.total_items));
    this.#along.set(state.vehicle_id, { missionId: mission.mission_id, alongM });
    const { done, remaining } = splitAt(path, alongM);
    return [
      ...(done.length > 1 ? [line(done, { part: "done" })] : []),
      ...(remaining.length > 1 ? [line(remaining, { part: "remaining" })] : []),
    ];
  }
}

function target(state: VehicleState, to: LonLat | undefined): Feature[] {
  const from = positionOf(state);
  return from && to ? [line([from, to], { part: "target" }), point(to, { part: "target" })] : [];
}

export function missionAreas(missions: Missions, exceptId: string | null): FeatureCollection {
  const except = missions.get(exceptId);
  const others = missions.all.filter((mission) => mission.id !== exceptId && (mission.group_id === null || mission.group_id !== except?.group_id));
  // Flights of one plan share its area.
  const areas = grouped(others).flatMap((entry) => {
    const [first = null] = "missions" in entry ? entry.missions : [entry];
    return first?.area ? [feature(first.area, { id: first.id, name: entry.name })] : [];
  });
  return withAnchors(collection(areas));
}
