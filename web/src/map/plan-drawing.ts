/** Drawing a fence and rally points: areas and circles to stay in or out of, and points. Loaded only when somebody draws. */
import type { Feature, Polygon, Position } from "geojson";
import { TerraDraw, TerraDrawCircleMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { LonLat } from "../api/types";
import { circle, distanceM } from "../lib/geometry";
import type { Look } from "./look";
import type { MapView } from "./map-view";

export type ShapeKind = "area" | "circle" | "rally";

/** What has been drawn. `id` is null for one that is to be added. */
export interface Shape {
  id: string | null;
  kind: ShapeKind;
  /** Stay inside; otherwise stay out. Of no meaning for a rally point. */
  inclusion: boolean;
  /** Corners of an area without the first repeated; the centre of a circle; the point. */
  places: LonLat[];
  radiusM: number;
  /** Of a rally point, above home. */
  altitudeM: number;
}

export interface PlanDrawingView {
  shapes: Shape[];
  /** What the next clicks draw; null while shapes are changed. */
  drawing: ShapeKind | null;
}

type Hex = `#${string}`;
type Drawn = ReturnType<TerraDraw["getSnapshot"]>[number];

const MODES = { area: "polygon", circle: "circle", rally: "point" } as const;
const KINDS: Record<string, ShapeKind> = { polygon: "area", circle: "circle", point: "rally" };
const ALTITUDE_M = 30;
const DIGITS = 7;

export class PlanDrawing {
  readonly #view: MapView;
  readonly #draw: TerraDraw;
  readonly #onChange: (view: PlanDrawingView) => void;
  #inclusion = true;

  constructor(view: MapView, look: Look, onChange: (view: PlanDrawingView) => void) {
    this.#view = view;
    this.#onChange = onChange;
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: view.map, coordinatePrecision: DIGITS }),
      modes: modes(look, (feature) => (feature.properties.inclusion ?? this.#inclusion) === true),
    });
    this.#draw.start();
    this.#draw.setMode("select");
    this.#draw.on("change", () => this.#tell());
    this.#draw.on("finish", (id, context) => {
      if (context.action === "draw") this.#finished(id);
      this.#tell();
    });
    view.drawing = true;
  }

  /** The next clicks draw a shape of this kind. */
  begin(kind: ShapeKind, inclusion: boolean): void {
    this.#inclusion = inclusion;
    this.#draw.setMode(MODES[kind]);
    this.#tell();
  }

  add(shape: Shape): void {
    const id = this.#draw.getFeatureId();
    const properties = { mode: MODES[shape.kind], inclusion: shape.inclusion, altitude: shape.altitudeM };
    const at = shape.places[0];
    if (!at) return;
    const geometry = shape.kind === "rally" ? { type: "Point" as const, coordinates: rounded(at) } : area(shape.kind === "circle" ? circle(at, shape.radiusM).coordinates[0] : [...shape.places, at]);
    this.#draw.addFeatures([{ id, type: "Feature", properties, geometry }]);
    this.#tell();
  }

  select(id: string): void {
    this.#draw.setMode("select");
    this.#draw.selectFeature(id);
    this.#tell();
  }

  turn(id: string, inclusion: boolean): void {
    this.#draw.updateFeatureProperties(id, { inclusion });
    this.#tell();
  }

  resize(shape: Shape, radiusM: number): void {
    const [centre] = shape.places;
    if (shape.id && centre) this.#draw.updateFeatureGeometry(shape.id, area(circle(centre, radiusM).coordinates[0]));
    this.#tell();
  }

  lift(id: string, altitude: number): void {
    this.#draw.updateFeatureProperties(id, { altitude });
    this.#tell();
  }

  remove(id: string): void {
    this.#draw.setMode("select");
    this.#draw.removeFeatures([id]);
    this.#tell();
  }

  stop(): void {
    this.#draw.stop();
    this.#view.drawing = false;
  }

  get shapes(): Shape[] {
    return this.#draw.getSnapshot().flatMap((feature) => shapeOf(feature as Feature & Drawn));
  }

  #finished(id: string | number): void {
    this.#draw.updateFeatureProperties(id, { inclusion: this.#inclusion, altitude: ALTITUDE_M });
    this.#draw.setMode("select");
    this.#draw.selectFeature(id);
  }

  #tell(): void {
    const drawing = KINDS[this.#draw.getMode()] ?? null;
    // A shape being drawn has no use yet and is not one of them.
    this.#onChange({ drawing, shapes: this.shapes });
  }
}

const rounded = (place: Position): LonLat => [Number((place[0] ?? 0).toFixed(DIGITS)), Number((place[1] ?? 0).toFixed(DIGITS))];
const area = (ring: Position[] = []): Polygon => ({ type: "Polygon", coordinates: [ring.map(rounded)] });

function shapeOf(feature: Feature & Drawn): Shape[] {
  const { mode, inclusion, altitude } = feature.properties;
  const kind = KINDS[String(mode)];
  if (!kind || typeof inclusion !== "boolean") return [];
  const common = { id: String(feature.id), kind, inclusion, radiusM: 0, altitudeM: typeof altitude === "number" ? altitude : ALTITUDE_M };
  if (feature.geometry.type === "Point") return [{ ...common, places: [rounded(feature.geometry.coordinates)] }];
  if (feature.geometry.type !== "Polygon") return [];
  const corners = (feature.geometry.coordinates[0] ?? []).slice(0, -1).map(rounded);
  if (kind === "area") return [{ ...common, places: corners }];
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  const centre = rounded([mean(0), mean(1)]);
  const radiusM = corners.reduce((sum, corner) => sum + distanceM(centre, corner), 0) / corners.length;
  return [{ ...common, places: [centre], radiusM: Math.round(radiusM) }];
}

function modes(look: Look, staysIn: (feature: Drawn) => boolean) {
  const casing = look.colours.casing as Hex;
  const colour = (feature: Drawn) => (staysIn(feature) ? look.colours.live : look.colours.zone) as Hex;
  const shape = { fillColor: colour, fillOpacity: 0.16, outlineColor: colour, outlineWidth: 3 };
  const handles = { draggable: true, validation: (feature: Drawn, { updateType }: { updateType: string }) => (updateType === "finish" ? ValidateNotSelfIntersecting(feature) : { valid: true }) };
  const point = { pointColor: look.colours.live as Hex, pointWidth: 7, pointOutlineColor: casing, pointOutlineWidth: 3 };
  return [
    new TerraDrawPolygonMode({
      showCoordinatePoints: true,
      validation: handles.validation,
      styles: { ...shape, closingPointColor: casing, closingPointOutlineColor: colour, closingPointOutlineWidth: 3, closingPointWidth: 7, coordinatePointColor: colour, coordinatePointOutlineColor: casing, coordinatePointWidth: 5 },
    }),
    new TerraDrawCircleMode({ styles: shape, segments: 48 }),
    new TerraDrawPointMode({ styles: point }),
    new TerraDrawSelectMode({
      flags: {
        polygon: { feature: { ...handles, coordinates: { draggable: true, midpoints: { draggable: true }, deletable: true } } },
        circle: { feature: { draggable: true, coordinates: { resizable: "center-fixed" } } },
        point: { feature: { draggable: true } },
      },
      styles: {
        selectedPolygonColor: colour,
        selectedPolygonFillOpacity: 0.26,
        selectedPolygonOutlineColor: colour,
        selectedPolygonOutlineWidth: 3,
        selectedPointColor: look.colours.selection as Hex,
        selectedPointOutlineColor: look.colours.live as Hex,
        selectedPointOutlineWidth: 4,
        selectedPointWidth: 8,
        selectionPointColor: casing,
        selectionPointOutlineColor: colour,
        selectionPointOutlineWidth: 3,
        selectionPointWidth: 6,
        midPointColor: colour,
        midPointOutlineColor: casing,
        midPointOutlineWidth: 1,
        midPointWidth: 4,
      },
    }),
  ];
}
