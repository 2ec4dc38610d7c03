/** Drawing and editing one area on the map: corners, midpoints, undo and redo. Loaded only when somebody draws. */
import type { Polygon } from "geojson";
import {
  TerraDraw,
  TerraDrawModeUndoRedo,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  TerraDrawSessionUndoRedo,
  TerraDrawUndoRedoKeyboardShortcuts,
  ValidateNotSelfIntersecting,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { Look } from "./look";
import type { MapView } from "./map-view";

export interface DrawingView {
  mode: "drawing" | "editing";
  /** The finished area; null while it is being drawn. */
  area: Polygon | null;
  canUndo: boolean;
  canRedo: boolean;
}

type Hex = `#${string}`;

export class AreaDrawing {
  readonly #view: MapView;
  readonly #draw: TerraDraw;
  readonly #onChange: (view: DrawingView) => void;

  constructor(view: MapView, look: Look, onChange: (view: DrawingView) => void) {
    this.#view = view;
    this.#onChange = onChange;
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: view.map, coordinatePrecision: 7 }),
      modes: modes(look),
      undoRedo: {
        modeLevel: new TerraDrawModeUndoRedo(),
        sessionLevel: new TerraDrawSessionUndoRedo(),
        keyboardShortcuts: new TerraDrawUndoRedoKeyboardShortcuts(),
      },
    });
    this.#draw.start();
    this.#draw.on("change", () => this.#tell());
    this.#draw.on("finish", (id, context) => {
      if (context.action === "draw") this.#edit(id);
      this.#tell();
    });
    view.drawing = true;
  }

  /** Starts with a blank map; what was drawn before is gone. */
  begin(): void {
    this.#draw.clear();
    this.#draw.setMode("polygon");
    this.#tell();
  }

  /** Opens an existing area for editing. */
  load(area: Polygon): void {
    this.#draw.clear();
    const id = this.#draw.getFeatureId();
    const ring = (area.coordinates[0] ?? []).map((point) => point.map((value) => Number(value.toFixed(7))));
    this.#draw.addFeatures([
      { id, type: "Feature", properties: { mode: "polygon" }, geometry: { type: "Polygon", coordinates: [ring] } },
    ]);
    this.#edit(id);
    this.#tell();
  }

  undo(): void {
    this.#draw.undo();
    this.#tell();
  }

  redo(): void {
    this.#draw.redo();
    this.#tell();
  }

  stop(): void {
    this.#draw.stop();
    this.#view.drawing = false;
  }

  #edit(id: string | number): void {
    this.#draw.setMode("select");
    this.#draw.selectFeature(id);
  }

  #tell(): void {
    const drawing = this.#draw.getMode() === "polygon";
    const polygon = this.#draw.getSnapshot().find((feature) => feature.properties.mode === "polygon");
    this.#onChange({
      mode: drawing ? "drawing" : "editing",
      area: drawing || polygon?.geometry.type !== "Polygon" ? null : polygon.geometry,
      canUndo: this.#draw.canUndo(),
      canRedo: this.#draw.canRedo(),
    });
  }
}

function modes(look: Look) {
  const plan = look.colours.plan as Hex;
  const casing = look.colours.casing as Hex;
  return [
    new TerraDrawPolygonMode({
      showCoordinatePoints: true,
      validation: (feature, { updateType }) =>
        updateType === "finish" ? ValidateNotSelfIntersecting(feature) : { valid: true },
      styles: {
        fillColor: plan,
        fillOpacity: 0.14,
        outlineColor: plan,
        outlineWidth: 2,
        closingPointColor: casing,
        closingPointOutlineColor: plan,
        closingPointOutlineWidth: 3,
        closingPointWidth: 7,
        coordinatePointColor: plan,
        coordinatePointOutlineColor: casing,
        coordinatePointWidth: 5,
      },
    }),
    new TerraDrawSelectMode({
      allowManualDeselection: false,
      flags: {
        polygon: {
          feature: {
            draggable: true,
            validation: (feature, { updateType }) =>
              updateType === "finish" ? ValidateNotSelfIntersecting(feature) : { valid: true },
            coordinates: { draggable: true, midpoints: { draggable: true }, deletable: true },
          },
        },
      },
      styles: {
        selectedPolygonColor: plan,
        selectedPolygonFillOpacity: 0.1,
        selectedPolygonOutlineColor: plan,
        selectedPolygonOutlineWidth: 2,
        selectionPointColor: casing,
        selectionPointOutlineColor: plan,
        selectionPointOutlineWidth: 3,
        selectionPointWidth: 7,
        midPointColor: plan,
        midPointOutlineColor: casing,
        midPointOutlineWidth: 1,
        midPointWidth: 4,
      },
    }),
  ];
}
