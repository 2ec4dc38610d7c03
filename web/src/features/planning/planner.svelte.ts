/** What the server makes of a draft: asked anew after each change, drawn on the map, ended by the person when it takes too long. */
import type { Feature } from "geojson";
import { previewPlan } from "../../api/missions";
import type { PlanPreview, PlanRequest } from "../../api/types";
import { Task } from "../../lib/task.svelte";
import { NOTHING } from "../../map/layer";
import { findingMarks } from "../../desk/plan-paint";
import type { MapView } from "../../map/map-view";

const PAUSE_MS = 350;
/** A shape still under the pointer changes all the time: it is planned where the pointer rests. */
const SKETCH_PAUSE_MS = 600;

export class Planner {
  readonly task = new Task();
  preview = $state.raw<PlanPreview | null>(null);
  sortie = $state<number | null>(null);
  readonly #map: MapView;
  #asked: PlanRequest | null | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(map: MapView) {
    this.#map = map;
  }

  /** `sketch`: of a shape that is not settled; its mistakes are not told. */
  ask(request: PlanRequest | null, sketch: boolean): void {
    if (request === this.#asked) return;
    this.#asked = request;
    this.#ask(request, sketch);
  }

  again(): void {
    this.#ask(this.#asked ?? null, false);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.task.cancel();
  }

  #ask(request: PlanRequest | null, sketch: boolean): void {
    clearTimeout(this.#timer);
    this.task.cancel();
    this.task.cancelled = false;
    this.task.failure = null;
    this.sortie = null;
    if (!request) return this.#show(null);
    this.task.busy = true;
    this.#timer = setTimeout(() => void this.task.run((signal) => this.#plan(request, sketch, signal)), sketch ? SKETCH_PAUSE_MS : PAUSE_MS);
  }

  forget(): void {
    this.#asked = undefined;
    this.#ask(null, false);
    this.#paint("plan-sortie", []);
  }

  paintSortie(): void {
    const path = this.sortie === null ? null : this.preview?.sorties?.[this.sortie]?.path;
    this.#paint("plan-sortie", path ? [path.type === "Feature" ? path : { type: "Feature", properties: {}, geometry: path }] : []);
  }

  /** In the chosen language, so anew when that changes. */
  paintFindings(): void {
    this.#paint("plan-findings", findingMarks(this.preview?.findings ?? []).features);
  }

  async #plan(request: PlanRequest, sketch: boolean, signal: AbortSignal): Promise<void> {
    try {
      const preview = await previewPlan(request, signal);
      if (!signal.aborted) this.#show(preview);
    } catch (error) {
      if (signal.aborted || sketch) return;
      this.#show(null);
      throw error;
    }
  }

  #show(preview: PlanPreview | null): void {
    this.preview = preview;
    this.#paint("plan-path", preview ? [preview.path] : []);
    this.#paint("plan-photos", preview ? [preview.photos] : []);
  }

  #paint(source: string, features: Feature[]): void {
    this.#map.setData(source, features.length ? { type: "FeatureCollection", features } : NOTHING);
  }
}
