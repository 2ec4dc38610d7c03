/** One point for each area. A label put on a polygon is repeated in every tile the polygon touches; on a point it stands once. */
import type { Feature, FeatureCollection, Geometry, Point, Position } from "geojson";
import type { LonLat } from "../api/types";
import { lineLengthM } from "../lib/geometry";
import { splitAt } from "../lib/path-progress";

export function withAnchors(areas: FeatureCollection): FeatureCollection {
  const anchors = areas.features.flatMap((area): Feature<Point>[] => {
    const geometry = area.geometry as Feature["geometry"] | null;
    const ring = geometry?.type === "Polygon" ? geometry.coordinates[0] : geometry?.type === "MultiPolygon" ? geometry.coordinates[0]?.[0] : null;
    return ring?.length ? [{ ...area, geometry: { type: "Point", coordinates: centroid(ring) } }] : [];
  });
  return { ...areas, features: [...areas.features, ...anchors] };
}

/** Centre of mass of a ring in degrees; for a ring without area, the mean of its corners. */
export function centroid(ring: Position[]): Position {
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  let [twice, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay] = [(ring[i - 1]?.[0] ?? 0) - x0, (ring[i - 1]?.[1] ?? 0) - y0];
    const [bx, by] = [(ring[i]?.[0] ?? 0) - x0, (ring[i]?.[1] ?? 0) - y0];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  if (Math.abs(twice) < 1e-12) {
    const mean = (axis: 0 | 1) => ring.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / ring.length;
    return [mean(0), mean(1)];
  }
  return [x0 + x / (3 * twice), y0 + y / (3 * twice)];
}

/** The one place that stands for a geometry: a point itself, the middle of a line along its length, the centre of an area. */
export function placeOf(geometry: Geometry): LonLat | null {
  const part = longest(geometry);
  if (!part?.length) return null;
  const corners = part.map(([lon = 0, lat = 0]): LonLat => [lon, lat]);
  if (geometry.type === "LineString" || geometry.type === "MultiLineString") {
    return splitAt(corners, lineLengthM(corners) / 2).done.at(-1) ?? null;
  }
  const [lon = 0, lat = 0] = corners.length > 2 ? centroid(corners) : (corners[0] ?? []);
  return [lon, lat];
}

function longest(geometry: Geometry): Position[] | undefined {
  if (geometry.type === "Point") return [geometry.coordinates];
  if (geometry.type === "MultiPoint" || geometry.type === "LineString") return geometry.coordinates;
  if (geometry.type === "Polygon") return geometry.coordinates[0];
  const parts =
    geometry.type === "MultiLineString" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.map((area) => area[0] ?? []) : [];
  return [...parts].sort((a, b) => b.length - a.length)[0];
}
