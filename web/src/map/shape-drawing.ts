/** Shapes of a plan, a fence or a scene on the map: areas, lines, circles and points, each with a role that colours it. Loaded only when somebody draws. */
import type { Polygon, Position } from "geojson";
import {
  TerraDraw,
  TerraDrawCircleMode,
  TerraDrawLineStringMode,
  TerraDrawModeUndoRedo,
  TerraDrawPointMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  ValidateNotSelfIntersecting,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { LonLat } from "../api/types";
import { circle, distanceM } from "../lib/geometry";
import { planFindings } from "./layers/plan-findings";
import { scene, SCENE_COLOURS, type SceneRole } from "./layers/scene";
import type { Look } from "./look";
import type { MapView } from "./map-view";

export type ShapeKind = "area" | "line" | "circle" | "point";
export type ShapeRole = "target" | "hole" | "avoid" | "fence" | "home" | "inside" | "outside" | "rally" | SceneRole;

export interface DrawnShape {
  id: string;
  role: ShapeRole;
  kind: ShapeKind;
  /** Corners of an area without the first repeated, points of a line, the centre of a circle, the point. */
  places: LonLat[];
  /** Of a circle. */
  radiusM: number;
}

export interface ShapeEvents {
  /** A shape was drawn anew or changed with the pointer. */
  put(shape: DrawnShape): void;
  removed(id: string): void;
  /** Clicks now draw this kind; null: they move what is there. */
  drawing(kind: ShapeKind | null): void;
  /** What the shape under the pointer is about to be, many times a second; null once that is settled. */
  sketch?(shape: DrawnShape | null): void;
  /** A click chose a shape. */
  selected?(id: string): void;
}

type Hex = `#${string}`;
type Drawn = ReturnType<TerraDraw["getSnapshot"]>[number];

const MODES = { area: "polygon", line: "linestring", circle: "circle", point: "point" } as const;
const KINDS: Record<string, ShapeKind> = { polygon: "area", linestring: "line", circle: "circle", point: "point" };
const DIGITS = 7;

export class ShapeDrawing {
  readonly #view: MapView;
  readonly #draw: TerraDraw;
  readonly #events: ShapeEvents;
  #role: ShapeRole = "target";
  #showing = false;
  /** Of areas edge to edge only the filling is told. */
  #shaded = false;

  constructor(view: MapView, look: Look, events: ShapeEvents) {
    this.#view = view;
    this.#events = events;
    const roleOf = (feature: Drawn) => (feature.properties.role as ShapeRole | undefined) ?? this.#role;
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: view.map, coordinatePrecision: DIGITS }),
      modes: modes(look, roleOf, (handle) => this.#isShown(handle), () => this.#shaded),
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    });
    this.#draw.start();
    view.raise(planFindings);
    view.raise(scene);
    this.#draw.setMode("select");
    this.#draw.on("change", (ids, type, context) => {
      if (this.#showing || (context && "origin" in context)) return;
      if (type === "update") this.#sketched(ids);
      if (type === "delete" && this.drawing) this.#events.sketch?.(null);
      if (type === "delete" && !this.drawing) for (const id of ids) this.#events.removed(String(id));
    });
    this.#draw.on("select", (id) => {
      if (!this.#showing) this.#events.selected?.(String(id));
    });
    this.#draw.on("finish", (id, context) => this.#finished(String(id), context.action === "draw"));
    view.drawing = true;
  }

  get drawing(): ShapeKind | null {
    return KINDS[this.#draw.getMode()] ?? null;
  }

  /** Makes the map show exactly these; `selected` gets its handles. `shades`: from 0 to 1, how dark an area is filled, by its id. */
  show(shapes: readonly DrawnShape[], selected: string | null, shades: ReadonlyMap<string, number> = new Map()): void {
    this.#showing = true;
    this.#shaded = shades.size > 1;
    const wanted = new Map(shapes.map((shape) => [shape.id, shape]));
    const known = new Map(this.#draw.getSnapshot().flatMap((feature) => (isShape(feature) ? [[String(feature.id), feature] as const] : [])));
    const changed = [...known].filter(([id, feature]) => {
      const shape = wanted.get(id);
      return !shape || JSON.stringify(geometryOf(shape)) !== JSON.stringify(feature.geometry) || shape.role !== feature.properties.role || shades.get(id) !== feature.properties.shade;
    });
    this.#draw.removeFeatures(changed.map(([id]) => id));
    const gone = new Set(changed.map(([id]) => id));
    const added = shapes.filter((shape) => !known.has(shape.id) || gone.has(shape.id));
    this.#draw.addFeatures(
      added.map((shape) => ({ id: shape.id, type: "Feature", properties: { mode: MODES[shape.kind], role: shape.role, ...(shades.has(shape.id) ? { shade: shades.get(shape.id) } : {}) }, geometry: geometryOf(shape) })),
    );
    if (!this.drawing && selected && this.#draw.hasFeature(selected)) this.#draw.selectFeature(selected);
    this.#showing = false;
  }

  /** The next clicks draw a shape of this kind and role; points go on until `rest`. */
  begin(kind: ShapeKind, role: ShapeRole): void {
    this.#role = role;
    this.#view.drawing = true;
    this.#draw.setMode(MODES[kind]);
    this.#events.drawing(kind);
  }

  /** Clicks move what is there. */
  rest(): void {
    this.#showing = true;
    this.#draw.setMode("select");
    this.#showing = false;
    this.#view.drawing = true;
    this.#events.drawing(null);
  }

  /** Clicks choose things of the map; the shapes stay to be seen. */
  yieldClicks(): void {
    this.rest();
    this.#draw.setMode("static");
    this.#view.drawing = false;
  }

  /** Takes back the last corner of what is being drawn. False when there is none. */
  undoCorner(): boolean {
    return this.drawing !== null && this.drawing !== "point" && this.#draw.canUndo() && this.#draw.undo();
  }

  stop(): void {
    this.#draw.stop();
    this.#view.drawing = false;
  }

  /** A circle is a ring of many corners: four of them are handles enough. */
  #isShown(handle: Drawn): boolean {
    const owner = this.#draw.getSnapshotFeature(String(handle.properties.selectionPointFeatureId));
    if (owner?.properties.mode !== MODES.circle || owner.geometry.type !== "Polygon") return true;
    const at = String(handle.geometry.coordinates);
    const corners = owner.geometry.coordinates[0] ?? [];
    return corners.findIndex((corner) => String(corner) === at) % Math.ceil(corners.length / 4) === 0;
  }

  #sketched(ids: readonly (string | number)[]): void {
    for (const id of ids) {
      const feature = this.#draw.getSnapshotFeature(id);
      const role = (feature?.properties.role as ShapeRole | undefined) ?? (this.drawing ? this.#role : undefined);
      // Corners are points of the same mode.
      const whole = feature && role && (feature.geometry.type === "Point") === (feature.properties.mode === "point");
      const shape = whole ? shapeOf(feature, role) : null;
      if (shape) return this.#events.sketch?.({ ...shape, places: shape.places.filter((at, n) => n === 0 || String(at) !== String(shape.places[n - 1])) });
    }
  }

  #finished(id: string, drawn: boolean): void {
    this.#events.sketch?.(null);
    const feature = this.#draw.getSnapshotFeature(id);
    if (!feature) return;
    if (drawn) this.#draw.updateFeatureProperties(id, { role: this.#role });
    const shape = shapeOf(feature, drawn ? this.#role : (feature.properties.role as ShapeRole));
    if (drawn && shape?.kind !== "point") this.rest();
    if (shape) this.#events.put(shape);
  }
}

const rounded = (place: Position): LonLat => [Number((place[0] ?? 0).toFixed(DIGITS)), Number((place[1] ?? 0).toFixed(DIGITS))];
const isShape = (feature: Drawn) => typeof feature.properties.role === "string" && String(feature.properties.mode) in KINDS;

function geometryOf(shape: DrawnShape) {
  const [first] = shape.places as [LonLat];
  if (shape.kind === "point") return { type: "Point" as const, coordinates: rounded(first) };
  if (shape.kind === "line") return { type: "LineString" as const, coordinates: shape.places.map(rounded) };
  const ring = shape.kind === "circle" ? (circle(first, shape.radiusM).coordinates[0] ?? []) : [...shape.places, first];
  return { type: "Polygon", coordinates: [ring.map(rounded)] } satisfies Polygon;
}

function shapeOf(feature: Drawn, role: ShapeRole): DrawnShape | null {
  const kind = KINDS[String(feature.properties.mode)];
  const { geometry } = feature;
  if (!kind || !role) return null;
  const common = { id: String(feature.id), role, kind, radiusM: 0 };
  if (geometry.type === "Point") return { ...common, places: [rounded(geometry.coordinates)] };
  if (geometry.type === "LineString") return { ...common, places: geometry.coordinates.map(rounded) };
  if (geometry.type !== "Polygon") return null;
  const corners = (geometry.coordinates[0] ?? []).slice(0, -1).map(rounded);
  if (kind === "area") return { ...common, places: corners };
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  const centre = rounded([mean(0), mean(1)]);
  const radiusM = corners.reduce((sum, corner) => sum + distanceM(centre, corner), 0) / corners.length;
  return { ...common, places: [centre], radiusM: Math.round(radiusM * 10) / 10 };
}

function colourOf(look: Look, role: ShapeRole): Hex {
  const { plan, zone, live, vehicle } = look.colours;
  if (role in SCENE_COLOURS) return look.colours[SCENE_COLOURS[role as SceneRole]] as Hex;
  return { target: plan, hole: zone, avoid: zone, fence: live, home: vehicle, inside: live, outside: zone, rally: live }[role as Exclude<ShapeRole, SceneRole>] as Hex;
}

function modes(look: Look, roleOf: (feature: Drawn) => ShapeRole, isShown: (handle: Drawn) => boolean, isShaded: () => boolean) {
  const colour = (feature: Drawn) => colourOf(look, roleOf(feature));
  const casing = look.colours.casing as Hex;
  // The planner says where the edges of a plan cross; nobody says it in time of a fence or a scene.
  const judged = (feature: Drawn) => ["inside", "outside", ...Object.keys(SCENE_COLOURS)].includes(roleOf(feature));
  const uncrossed = (feature: Drawn, { updateType }: { updateType: string }) => (updateType === "finish" && judged(feature) ? ValidateNotSelfIntersecting(feature) : { valid: true });
  const shade = ({ properties }: Drawn) => (typeof properties.shade === "number" ? properties.shade : null);
  // Areas of a probability map lie edge to edge: their filling says more than their outlines.
  const filled = (feature: Drawn) => 0.06 + 0.64 * (shade(feature) ?? 0.125);
  const fill = { fillColor: colour, fillOpacity: filled, outlineColor: colour, outlineWidth: (feature: Drawn) => (shade(feature) === null ? 2 : 0.5) };
  const closing = { closingPointColor: casing, closingPointOutlineColor: colour, closingPointOutlineWidth: 3, closingPointWidth: 7 };
  // Corners do not know whose they are, so they have no colour of a role.
  const corner = { coordinatePointColor: casing, coordinatePointOutlineColor: look.colours.label as Hex, coordinatePointOutlineWidth: () => (isShaded() ? 0 : 1), coordinatePointWidth: () => (isShaded() ? 0 : 4) };
  const handles = { draggable: true, coordinates: { draggable: true, midpoints: { draggable: true }, deletable: true } };
  return [
    new TerraDrawPolygonMode({ showCoordinatePoints: true, validation: uncrossed, styles: { ...fill, ...closing, ...corner } }),
    new TerraDrawLineStringMode({ showCoordinatePoints: true, styles: { lineStringColor: colour, lineStringWidth: 3, ...closing, ...corner } }),
    new TerraDrawCircleMode({ styles: fill, segments: 48 }),
    new TerraDrawPointMode({ styles: { pointColor: colour, pointWidth: 7, pointOutlineColor: casing, pointOutlineWidth: 3 } }),
    new TerraDrawSelectMode({
      flags: {
        polygon: { feature: { ...handles, validation: uncrossed } },
        linestring: { feature: handles },
        circle: { feature: { draggable: true, coordinates: { resizable: "center-fixed" } } },
        point: { feature: { draggable: true } },
      },
      styles: {
        selectedPolygonColor: colour,
        selectedPolygonFillOpacity: 0.1,
        selectedPolygonOutlineColor: colour,
        selectedPolygonOutlineWidth: 2,
        selectedLineStringColor: colour,
        selectedLineStringWidth: 3,
        selectedPointColor: look.colours.selection as Hex,
        selectedPointOutlineColor: colour,
        selectedPointOutlineWidth: 4,
        selectedPointWidth: 8,
        selectionPointColor: casing,
        selectionPointOutlineColor: colour,
        selectionPointOutlineWidth: (handle) => (isShown(handle) ? 3 : 0),
        selectionPointWidth: (handle) => (isShown(handle) ? 7 : 0),
        midPointColor: colour,
        midPointOutlineColor: casing,
        midPointOutlineWidth: 1,
        midPointWidth: 4,
      },
    }),
  ];
}
