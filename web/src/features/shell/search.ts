/** Finds places, vehicles and cameras by any of their names, in any of the three languages and with or without special letters. */
import type { Feature } from "geojson";
import type { LonLat, VehicleState } from "../../api/types";
import type { Selection } from "../../desk/selection";
import { folded } from "../../lib/folded";
import { localName } from "../../lib/i18n.svelte";
import places from "../../map/places.json";

export interface Hit {
  key: string;
  kind: "place" | "vehicle" | "camera";
  name: string;
  place: LonLat | null;
  zoom: number;
  select: Selection | null;
}

const MOST = 8;

export function search(text: string, vehicles: Iterable<VehicleState>, cameras: readonly Feature[]): Hit[] {
  const wanted = folded(text.trim());
  if (!wanted) return [];
  const found = [...vehicleHits(vehicles), ...placeHits(), ...cameraHits(cameras)]
    .map((candidate) => ({ candidate, at: Math.min(...candidate.names.map((name) => rank(folded(name), wanted))) }))
    .filter(({ at }) => at < Number.POSITIVE_INFINITY);
  found.sort((a, b) => a.at - b.at);
  return found.slice(0, MOST).map(({ candidate }) => candidate.hit);
}

function rank(name: string, wanted: string): number {
  const at = name.indexOf(wanted);
  if (at < 0) return Number.POSITIVE_INFINITY;
  return at === 0 ? 0 : name[at - 1] === " " ? 1 : 2;
}

interface Candidate {
  names: string[];
  hit: Hit;
}

function* vehicleHits(vehicles: Iterable<VehicleState>): Generator<Candidate> {
  for (const { vehicle_id: id, lon_deg: lon, lat_deg: lat } of vehicles) {
    const place: LonLat | null = lon === null || lat === null ? null : [lon, lat];
    yield { names: [id], hit: { key: `v-${id}`, kind: "vehicle", name: id, place, zoom: 16, select: { kind: "vehicle", id } } };
  }
}

function* placeHits(): Generator<Candidate> {
  for (const [i, place] of places.entries()) {
    const zoom = place.kind === "city" ? 11 : place.kind === "sea" || place.kind === "country" ? 5 : 12;
    const at: LonLat = [place.lon, place.lat];
    const names = [place.name_kk, place.name_ru, place.name_en];
    yield { names, hit: { key: `p-${i}`, kind: "place", name: localName(place) ?? place.name_kk, place: at, zoom, select: null } };
  }
}

function* cameraHits(cameras: readonly Feature[]): Generator<Candidate> {
  for (const { properties, geometry } of cameras) {
    if (!properties) continue;
    const id = String(properties.id);
    const names = [id, properties.name_kk, properties.name_ru, properties.name_en].filter((name) => typeof name === "string");
    const place = geometry?.type === "Point" ? (geometry.coordinates.slice(0, 2) as LonLat) : null;
    yield { names, hit: { key: `c-${id}`, kind: "camera", name: localName(properties) ?? id, place, zoom: 16, select: { kind: "source", id } } };
  }
}
