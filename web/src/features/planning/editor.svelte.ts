/** A plan being made: what is drawn and filled in, every edit of it undoable, and the server's preview, asked again after each. */
import type { Feature, Geometry, LineString } from "geojson";
import { untrack } from "svelte";
import { createMission, listCameraModels, listPatterns, previewPlan, reviseMission } from "../../api/missions";
import type { CameraModel, LonLat, Mission, PatternInfo, PlanPreview, PlanRequest } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { distanceM } from "../../lib/geometry";
import { History } from "../../lib/history";
import { language, t } from "../../lib/i18n.svelte";
import { theme } from "../../lib/theme.svelte";
import { dateTime } from "../../lib/units";
import { homeOf } from "../../live/fleet.svelte";
import { NOTHING } from "../../map/layer";
import { lookOf } from "../../map/look";
import type { MapView } from "../../map/map-view";
import type { PlanShape, ShapeDrawing, ShapeKind, ShapeRole } from "../../map/shape-drawing";
import { type Draft, draftOf, dropShape, emptyDraft, putShape, repattern, requestOf, shapesFrom, withValue } from "./draft";
import { targetOf } from "./pattern";

const PREVIEW_PAUSE_MS = 350;
/** A vehicle further from the place than this is not assumed to be the one that flies it. */
const NEAR_M = 30_000;

export class PlanEditor {
  active = $state(false);
  name = $state("");
  /** The mission that is changed; null for a new one. */
  revised = $state.raw<Mission | null>(null);
  patterns = $state.raw<readonly PatternInfo[]>([]);
  cameras = $state.raw<readonly CameraModel[]>([]);
  draft = $state.raw<Draft | null>(null);
  selected = $state<string | null>(null);
  drawing = $state<{ kind: ShapeKind; role: ShapeRole } | null>(null);
  /** Waits for a click on a thing of the map, to take its geometry. */
  taking = $state(false);
  canUndo = $state(false);
  canRedo = $state(false);
  preview = $state.raw<PlanPreview | null>(null);
  failure = $state.raw<unknown>(null);
  planning = $state(false);
  cancelled = $state(false);
  saving = $state(false);
  sortie = $state<number | null>(null);

  readonly #desk: Desk;
  readonly #map: MapView;
  readonly #stopEffects: () => void;
  #history: History<Draft> | null = null;
  #tool: ShapeDrawing | null = null;
  #asked: AbortController | null = null;

  readonly pattern = $derived(this.patterns.find((one) => one.pattern === this.draft?.pattern) ?? null);
  readonly target = $derived(this.pattern ? targetOf(this.pattern) : null);
  readonly request = $derived<PlanRequest | null>(
    this.draft && this.pattern ? requestOf(this.draft, this.pattern, (near) => untrack(() => this.#nearestHome(near))) : null,
  );
  readonly blocked = $derived(!this.preview?.statistics || this.planning || this.preview.findings.some((finding) => finding.severity === "error"));

  constructor(desk: Desk, map: MapView) {
    this.#desk = desk;
    this.#map = map;
    this.#stopEffects = $effect.root(() => {
      $effect(() => this.#askPreview(this.request));
      $effect(() => this.#paintSortie());
      $effect(() => this.#takeSelected());
      $effect(() => {
        const wanted = desk.planWanted;
        if (wanted) untrack(() => void this.begin(null, wanted.geometry));
      });
    });
  }

  /** A new plan, over a geometry when one is given; or a saved mission again. */
  async begin(mission: Mission | null = null, over: Geometry | null = null): Promise<void> {
    this.#desk.planWanted = null;
    this.discard();
    try {
      await this.#load();
    } catch (error) {
      this.#desk.notify("warning", t("plan.noPatterns"));
      this.failure = error;
      return;
    }
    const first = this.patterns.find((one) => one.pattern === mission?.request?.pattern) ?? this.#patternFor(over);
    if (!first) return;
    let draft = mission?.request ? draftOf(mission.request, first) : emptyDraft(first);
    const target = targetOf(first);
    for (const shape of over && target ? shapesFrom(over, target) : []) draft = putShape(draft, shape, target);
    this.revised = mission;
    this.name = mission?.name ?? t("editor.name.default", { date: dateTime(new Date()) });
    this.#history = new History(draft);
    this.#desk.openMission = null;
    this.#desk.showPanel("missions");
    if (!over) this.#desk.select(null);
    this.active = true;
    await this.#openTool();
    this.#become(draft);
  }

  choosePattern(word: string): void {
    const next = this.patterns.find((one) => one.pattern === word);
    if (this.draft && this.pattern && next) this.change(repattern(this.draft, this.pattern, next));
    this.rest();
  }

  /** Flies what is drawn as a template says. */
  use(template: PlanRequest): void {
    const pattern = this.patterns.find((one) => one.pattern === (template.pattern ?? "survey"));
    if (!pattern || !this.draft || !this.pattern) return;
    const over = repattern(this.draft, this.pattern, pattern);
    const how = draftOf(template, pattern);
    this.change({ ...over, by: how.by, values: how.values });
  }

  set(name: string, value: unknown): void {
    if (this.draft) this.change(withValue(this.draft, name, value, this.target));
  }

  change(next: Draft): void {
    if (JSON.stringify(next) === JSON.stringify(this.draft)) return;
    this.#history?.push(next);
    this.#become(next);
  }

  /** The next clicks draw; a single target drawn anew replaces the old one. */
  async draw(kind: ShapeKind, role: ShapeRole): Promise<void> {
    await this.#openTool();
    this.taking = false;
    this.drawing = { kind, role };
    this.#tool?.begin(kind, role);
    this.#desk.select(null);
  }

  rest(): void {
    this.taking = false;
    this.drawing = null;
    this.#tool?.rest();
  }

  /** The next click on a thing of the map takes its geometry. */
  take(): void {
    this.#desk.select(null);
    this.#tool?.yieldClicks();
    this.drawing = null;
    this.taking = true;
  }

  remove(id: string): void {
    if (this.draft) this.change(dropShape(this.draft, id));
  }

  look(shape: PlanShape): void {
    this.selected = shape.id;
    this.#tool?.show(this.draft?.shapes ?? [], shape.id);
    const coordinates = shape.places;
    this.#desk.fit(coordinates.length > 1 ? { type: "LineString", coordinates } : { type: "Point", coordinates: coordinates[0] as LonLat });
  }

  lookAt(place: LonLat): void {
    this.#desk.flyTo(place, 17);
  }

  undo(): void {
    if (this.#tool?.undoCorner()) return;
    if (this.#history) this.#become(this.#history.undo());
  }

  redo(): void {
    if (this.#history) this.#become(this.#history.redo());
  }

  cancelPlanning(): void {
    this.#asked?.abort();
    this.planning = false;
    this.cancelled = true;
  }

  planAgain(): void {
    this.#askPreview(this.request);
  }

  /** Saves the plan and opens it; the form is gone by then, so the opening is done here. */
  async save(): Promise<void> {
    const { request } = this;
    if (!request) return;
    this.saving = true;
    try {
      const name = this.name.trim();
      const mission = this.revised ? await reviseMission(this.revised, name, request) : await createMission(name, request);
      this.#desk.missions.put(mission);
      this.discard();
      this.#desk.openMission = mission.id;
    } catch (error) {
      this.failure = error;
    } finally {
      this.saving = false;
    }
  }

  discard(): void {
    this.#tool?.stop();
    this.#tool = null;
    this.#asked?.abort();
    this.#history = null;
    this.draft = null;
    this.drawing = null;
    this.taking = false;
    this.preview = null;
    this.failure = null;
    this.sortie = null;
    this.active = false;
    for (const source of ["plan-path", "plan-photos", "plan-sortie"]) this.#paint(source, []);
  }

  close(): void {
    this.discard();
    this.#stopEffects();
  }

  async #load(): Promise<void> {
    if (this.patterns.length) return;
    const [patterns, cameras] = await Promise.all([listPatterns(), listCameraModels()]);
    this.patterns = patterns.items.filter((one) => targetOf(one) !== null);
    this.cameras = cameras.items;
  }

  #patternFor(over: Geometry | null): PatternInfo | undefined {
    const fits = (one: PatternInfo) => {
      const target = targetOf(one);
      return over && target ? shapesFrom(over, target).length > 0 : true;
    };
    return this.patterns.find(fits) ?? this.patterns[0];
  }

  async #openTool(): Promise<void> {
    // The drawing tool is a tenth of the program and most visits never draw.
    const { ShapeDrawing } = await import("../../map/shape-drawing");
    if (!this.active) return;
    this.#tool ??= new ShapeDrawing(this.#map, lookOf(theme.current, language.current), {
      put: (shape) => {
        this.selected = shape.id;
        if (this.draft) this.change(putShape(this.draft, shape, this.target));
      },
      removed: (id) => this.remove(id),
      drawing: (kind) => {
        if (kind === null) this.drawing = null;
      },
    });
  }

  #become(draft: Draft): void {
    this.draft = draft;
    this.canUndo = this.#history?.canUndo ?? false;
    this.canRedo = this.#history?.canRedo ?? false;
    this.#tool?.show(draft.shapes, this.selected);
  }

  #takeSelected(): void {
    const { selection } = this.#desk;
    if (!this.taking || selection?.kind !== "feature" || !this.target || !this.draft) return;
    const { geometry } = selection;
    untrack(() => {
      const shapes = this.target ? shapesFrom(geometry, this.target) : [];
      if (shapes.length === 0) return this.#desk.notify("warning", t("plan.take.wrongKind"));
      let next = this.draft as Draft;
      for (const shape of shapes) next = putShape(next, shape, this.target);
      this.rest();
      this.change(next);
      this.#desk.select(null);
    });
  }

  #askPreview(request: PlanRequest | null): (() => void) | undefined {
    this.#asked?.abort();
    this.cancelled = false;
    this.sortie = null;
    if (!request) {
      this.planning = false;
      this.preview = null;
      if (this.active) this.#paintPreview(null);
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    this.planning = true;
    const timer = setTimeout(async () => {
      try {
        const preview = await previewPlan(request, asked.signal);
        if (asked.signal.aborted) return;
        this.failure = null;
        this.#paintPreview(preview);
        this.preview = preview;
      } catch (error) {
        if (asked.signal.aborted) return;
        this.preview = null;
        this.failure = error;
        this.#paintPreview(null);
      }
      this.planning = false;
    }, PREVIEW_PAUSE_MS);
    return () => clearTimeout(timer);
  }

  #paintPreview(preview: PlanPreview | null): void {
    this.#paint("plan-path", preview ? [preview.path] : []);
    this.#paint("plan-photos", preview ? [preview.photos] : []);
  }

  #paintSortie(): void {
    const path = this.sortie === null ? null : this.preview?.sorties?.[this.sortie]?.path;
    if (!this.active) return;
    this.#paint("plan-sortie", path ? [path.type === "Feature" ? path : feature(path)] : []);
  }

  #paint(source: string, features: Feature[]): void {
    this.#map.setData(source, features.length ? { type: "FeatureCollection", features } : NOTHING);
  }

  #nearestHome(place: LonLat): LonLat | null {
    const homes = [...this.#desk.fleet.vehicles.values()].map(homeOf).filter((home) => home !== null);
    const near = homes.map((home) => ({ home, away: distanceM(home, place) })).filter(({ away }) => away < NEAR_M);
    return near.sort((a, b) => a.away - b.away)[0]?.home ?? null;
  }
}

const feature = (geometry: LineString): Feature => ({ type: "Feature", properties: {}, geometry });
