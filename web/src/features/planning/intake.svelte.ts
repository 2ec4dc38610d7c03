/** Files somebody brings: a plan becomes a mission, a drawing becomes the place of a plan. */
import type { Geometry } from "geojson";
import { importMission, readDrawing } from "../../api/missions";
import type { Desk } from "../../desk/desk.svelte";
import { ringAreaM2 } from "../../lib/geometry";
import { t } from "../../lib/i18n.svelte";
import { Task } from "../../lib/task.svelte";
import type { LonLat } from "../../api/types";
import type { Brought } from "./draft";
import type { PlanEditor } from "./editor.svelte";

const PLANS = [".plan", ".waypoints", ".txt", ".kmz", ".wpml", ".csv"];
/** May hold a plan as well as a drawing. */
const EITHER = [".kml", ".geojson", ".json"];
/** Areas, lines and points; a raster is a probability map. */
const DRAWINGS = [".gpkg", ".zip", ".tif", ".tiff"];
export const FILES = [...PLANS, ...EITHER, ...DRAWINGS].join(",");
export const DRAWING_FILES = [...EITHER, ...DRAWINGS].join(",");

const suffixOf = (file: File) => file.name.slice(file.name.lastIndexOf(".")).toLowerCase();

export class FileIntake {
  readonly task = new Task();
  readonly #desk: Desk;
  readonly #editor: PlanEditor;

  constructor(desk: Desk, editor: PlanEditor) {
    this.#desk = desk;
    this.#editor = editor;
  }

  take(files: Iterable<File>): Promise<void> {
    return this.task.run(async (signal) => {
      for (const file of files) await this.#takeOne(file, signal);
    });
  }

  async #takeOne(file: File, signal: AbortSignal): Promise<void> {
    const suffix = suffixOf(file);
    if (this.#editor.active || DRAWINGS.includes(suffix)) return this.#draw(file, signal);
    try {
      const mission = await importMission(file, signal);
      this.#desk.missions.put(mission);
      this.#desk.showPanel("missions");
      this.#desk.openMission = mission.id;
      const shape = mission.area ?? mission.path;
      if (shape) this.#desk.fit(shape);
    } catch (error) {
      if (signal.aborted || !EITHER.includes(suffix)) throw error;
      // What is no plan may be a drawing; when it is neither, why it is no plan is said.
      await this.#draw(file, signal).catch(() => Promise.reject(error));
    }
  }

  async #draw(file: File, signal: AbortSignal): Promise<void> {
    const brought = (await readDrawing(file, signal)).features.map(({ geometry, properties }): Brought => ({ geometry, probability: numberOf(properties?.probability) }));
    if (!this.#editor.active && brought.some(({ probability }) => probability !== null)) await this.#editor.begin();
    const taken = this.#editor.active ? this.#editor.takeDrawing(brought) : await this.#begin(brought.map(({ geometry }) => geometry));
    if (taken === 0) throw new Error(t("plan.take.wrongKind"));
    this.#desk.notify("info", t("plan.file.taken", { n: taken, name: file.name }));
  }

  async #begin(geometries: Geometry[]): Promise<number> {
    const points = geometries.flatMap((one) => (one.type === "Point" ? [one.coordinates] : []));
    const [first] = geometries.filter((one) => one.type !== "Point").sort((a, b) => extent(b) - extent(a));
    const over = first ?? (points.length > 1 ? { type: "MultiPoint" as const, coordinates: points } : geometries[0]);
    if (!over) return 0;
    await this.#editor.begin(null, over);
    this.#desk.fit(over);
    return first ? 1 : points.length;
  }
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : null);

/** Areas before lines, larger ones before smaller ones. */
function extent(geometry: Geometry): number {
  if (geometry.type === "Polygon") return ringAreaM2((geometry.coordinates[0] ?? []) as LonLat[]);
  return geometry.type === "LineString" ? -1 / geometry.coordinates.length : 0;
}
