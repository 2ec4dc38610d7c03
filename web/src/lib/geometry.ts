/** Small geodesy in degrees and metres on the WGS84 mean sphere; good to 0.3 % over the distances drawn here. */
import type { Polygon } from "geojson";
import type { LonLat } from "../api/types";

const EARTH_RADIUS_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Great-circle distance in metres. */
export function distanceM(a: LonLat, b: LonLat): number {
  const dLat = (b[1] - a[1]) * RAD;
  const dLon = (b[0] - a[0]) * RAD;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The point `distance` metres from `from` towards `bearingDeg` (clockwise from true north). */
export function destination(from: LonLat, bearingDeg: number, distance: number): LonLat {
  const angle = distance / EARTH_RADIUS_M;
  const bearing = bearingDeg * RAD;
  const lat = from[1] * RAD;
  const sinLat = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing);
  const dLon = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * sinLat);
  return [from[0] + dLon / RAD, Math.asin(sinLat) / RAD];
}

/** Which way `to` lies from `from`: degrees clockwise from true north, 0 to 360. */
export function bearingDeg(from: LonLat, to: LonLat): number {
  const dLon = (to[0] - from[0]) * RAD;
  const [lat, toLat] = [from[1] * RAD, to[1] * RAD];
  const angle = Math.atan2(Math.sin(dLon) * Math.cos(toLat), Math.cos(lat) * Math.sin(toLat) - Math.sin(lat) * Math.cos(toLat) * Math.cos(dLon));
  return (angle / RAD + 360) % 360;
}

/** A circle of `radius` true metres as a closed ring. */
export function circle(centre: LonLat, radius: number, corners = 48): Polygon {
  const ring = Array.from({ length: corners }, (_, i) => destination(centre, (i * 360) / corners, radius));
  return { type: "Polygon", coordinates: [[...ring, ring[0] as LonLat]] };
}

/** Half axes in metres of what holds the truth with 95 % probability; the long one points to `bearingDeg`. */
export interface Ellipse {
  majorM: number;
  minorM: number;
  bearingDeg: number;
}

/** Where the truth may lie around a place: its ellipse, or the circle where only a radius is known. */
export function doubtOf(centre: LonLat, radiusM: number, ellipse: Ellipse | null, corners = 48): Polygon {
  if (!ellipse) return circle(centre, radiusM, corners);
  const ring = Array.from({ length: corners }, (_, i) => {
    const turn = (i * 2 * Math.PI) / corners;
    const [along, across] = [ellipse.majorM * Math.cos(turn), ellipse.minorM * Math.sin(turn)];
    return destination(centre, ellipse.bearingDeg + Math.atan2(across, along) / RAD, Math.hypot(along, across));
  });
  return { type: "Polygon", coordinates: [[...ring, ring[0] as LonLat]] };
}

/** What a camera with a horizontal field of view covers, as a sector of `reach` metres. */
export function viewWedge(from: LonLat, headingDeg: number, hfovDeg: number, reach: number): Polygon {
  const steps = 12;
  const arc = Array.from({ length: steps + 1 }, (_, i) =>
    destination(from, headingDeg + hfovDeg * (i / steps - 0.5), reach),
  );
  return { type: "Polygon", coordinates: [[from, ...arc, from]] };
}

/** Ground rectangle of a camera that looks straight down from `heightM`, its top towards `headingDeg`. */
export function nadirFootprint(centre: LonLat, heightM: number, headingDeg: number, hfovDeg: number, aspect = 16 / 9): Polygon {
  const halfWidth = heightM * Math.tan((hfovDeg / 2) * RAD);
  const halfHeight = halfWidth / aspect;
  const reach = Math.hypot(halfWidth, halfHeight);
  const corner = Math.atan2(halfWidth, halfHeight) / RAD;
  const ring = [-corner, corner, 180 - corner, 180 + corner].map((angle) => destination(centre, headingDeg + angle, reach));
  return { type: "Polygon", coordinates: [[...ring, ring[0] as LonLat]] };
}

/**
 * Ground seen by a tilted camera at `heightM`: `pitchDeg` is -90 straight down, 0 level. Edges above or near the horizon end at `reachM`;
 * a camera that sees no ground shows its direction alone.
 */
export function tiltedFootprint(
  at: LonLat,
  heightM: number,
  headingDeg: number,
  pitchDeg: number,
  hfovDeg: number,
  vfovDeg: number,
  reachM = Math.max(150, heightM * 12),
): Polygon {
  if (pitchDeg - vfovDeg / 2 > -2) return viewWedge(at, headingDeg, hfovDeg, reachM / 2);
  const [side, rise] = [Math.tan((hfovDeg / 2) * RAD), Math.tan((vfovDeg / 2) * RAD)];
  const [sin, cos] = [Math.sin(pitchDeg * RAD), Math.cos(pitchDeg * RAD)];
  const corners: [number, number][] = [[-side, -rise], [side, -rise], [side, rise], [-side, rise]];
  const ring = corners.map(([right, up]) => {
    const [fall, ahead] = [-(up * cos + sin), cos - up * sin];
    const level = Math.hypot(right, ahead);
    const away = fall > 1e-3 ? Math.min(reachM, (heightM / fall) * level) : reachM;
    return destination(at, headingDeg + Math.atan2(right, ahead) / RAD, away);
  });
  return { type: "Polygon", coordinates: [[...ring, ring[0] as LonLat]] };
}

/** Where the straight leg from `from` to `to` is nearest to `place`: as a share of it, and how far that is. */
export function nearestOnLeg(from: LonLat, to: LonLat, place: LonLat): { share: number; awayM: number } {
  const shrink = Math.cos(place[1] * RAD);
  const flat = ([lon, lat]: LonLat): LonLat => [(lon - place[0]) * shrink, lat - place[1]];
  const [ax, ay] = flat(from);
  const [bx, by] = flat(to);
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const share = squared === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / squared));
  return { share, awayM: distanceM(place, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]) };
}

export function lineLengthM(line: LonLat[]): number {
  return line.slice(1).reduce((sum, point, i) => sum + distanceM(line[i] as LonLat, point), 0);
}

/** Area of a ring whose first corner is not repeated. */
export function ringAreaM2(ring: readonly LonLat[]): number {
  const [first] = ring;
  if (!first) return 0;
  const scale = Math.cos(first[1] * RAD);
  const flat = ring.map(([lon, lat]) => [(lon - first[0]) * RAD * EARTH_RADIUS_M * scale, (lat - first[1]) * RAD * EARTH_RADIUS_M] as const);
  const twice = flat.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = flat[(i + 1) % flat.length] as readonly [number, number];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
