/** Shapes of a fence and rally points as they are drawn, and as a vehicle is sent them. */
import type { CircleBody, LonLat, PolygonBody, RallyBody } from "../../api/types";
import type { DrawnShape, ShapeKind } from "../../map/shape-drawing";

export type FenceRole = "inside" | "outside" | "rally";
export type FenceKind = "area" | "circle" | "rally";

export interface FenceShape extends DrawnShape {
  role: FenceRole;
  /** Of a rally point, above home. */
  altitudeM: number;
}

export const DEFAULT_ALTITUDE_M = 30;
export const KINDS: Record<FenceKind, ShapeKind> = { area: "area", circle: "circle", rally: "point" };

export const kindOf = ({ role, kind }: FenceShape): FenceKind => (role === "rally" ? "rally" : kind === "circle" ? "circle" : "area");

const place = ([lon, lat]: LonLat) => ({ lon_deg: lon, lat_deg: lat });

export function fenceOf(shapes: readonly FenceShape[]): { polygons: PolygonBody[]; circles: CircleBody[] } {
  const polygons = shapes.filter((shape) => kindOf(shape) === "area").map(({ role, places }) => ({ inclusion: role === "inside", vertices: places.map(place) }));
  const circles = shapes.flatMap((shape) => {
    const [centre] = shape.places;
    return kindOf(shape) === "circle" && centre ? [{ inclusion: shape.role === "inside", centre: place(centre), radius_m: shape.radiusM }] : [];
  });
  return { polygons, circles };
}

export function rallyOf(shapes: readonly FenceShape[]): RallyBody[] {
  return shapes.flatMap((shape) => (shape.role === "rally" && shape.places[0] ? [{ ...place(shape.places[0]), altitude_m: shape.altitudeM }] : []));
}
