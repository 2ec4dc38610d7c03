/** Live things as GeoJSON for the map. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { ConflictState, LonLat, VehicleState } from "../api/types";
import { nadirFootprint } from "../lib/geometry";
import { progressAlong, splitAt } from "../lib/path-progress";
import { t } from "../lib/i18n.svelte";
import { duration, metres } from "../lib/units";
import { type Fleet, homeOf, positionOf } from "../live/fleet.svelte";
import { type Missions, pathOf } from "../live/missions.svelte";
import type { Safety } from "../live/safety.svelte";
import { withAnchors } from "../map/anchors";

const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
const feature = (geometry: Geometry, properties: Record<string, unknown> = {}): Feature => ({ type: "Feature", properties, geometry });
const line = (coordinates: LonLat[], properties: Record<string, unknown> = {}) => feature({ type: "LineString", coordinates }, properties);
const point = (coordinates: LonLat, properties: Record<string, unknown> = {}) => feature({ type: "Point", coordinates }, properties);

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

export function trails(fleet: Fleet): FeatureCollection {
  return collection([...fleet.trails].filter(([, trail]) => trail.length > 1).map(([id, trail]) => line(trail, { id })));
}

/** Ground seen by cameras that look straight down from a flying vehicle. `cameras`: vehicle id → horizontal field of view. */
export function footprints(fleet: Fleet, cameras: ReadonlyMap<string, number>): FeatureCollection {
  return collection([...cameras].flatMap(([vehicleId, hfov]) => {
    const state = fleet.vehicles.get(vehicleId);
    const at = state && positionOf(state);
    const height = state?.altitude_above_home_m ?? 0;
    return state?.flying && at && height > 2 ? [feature(nadirFootprint(at, height, state.heading_deg ?? 0, hfov))] : [];
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
  const areas = missions.all.flatMap((mission) => {
    const { area } = mission;
    return area && mission.id !== exceptId ? [feature(area, { id: mission.id, name: mission.name })] : [];
  });
  return withAnchors(collection(areas));
}
