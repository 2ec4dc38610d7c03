/** A plan being made: what is drawn and filled in, every edit of it undoable, and planned anew after each. */
import type { Geometry } from "geojson";
import { untrack } from "svelte";
import { createMission, listCameraModels, listPatterns, reviseMission } from "../../api/missions";
import type { CameraModel, LonLat, Mission, PatternInfo, PlanRequest } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { distanceM } from "../../lib/geometry";
import { History } from "../../lib/history";
import { t } from "../../lib/i18n.svelte";
import { Task } from "../../lib/task.svelte";
import { dateTime } from "../../lib/units";
import { homeOf } from "../../live/fleet.svelte";
import type { MapView } from "../../map/map-view";
import type { DrawnShape, ShapeDrawing, ShapeKind, ShapeRole } from "../../map/shape-drawing";
import { shapeAround } from "../../lib/corners";
import { type Brought, type Draft, shadesOf, withLikely, draftOf, dropShape, emptyDraft, putShape, repattern, requestOf, shapesFrom, withItem, withValue, zonesFrom } from "./draft";
import { targetOf } from "./pattern";
import { Planner } from "./planner.svelte";

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
  /** What the shape under the pointer is about to be. */
  sketch = $state.raw<DrawnShape | null>(null);
  drawing = $state<{ kind: ShapeKind; role: ShapeRole } | null>(null);
  /** Waits for a click on a thing of the map, to take its geometry. */
  taking = $state(false);
  canUndo = $state(false);
  canRedo = $state(false);
  readonly planner: Planner;
  readonly saving = new Task();

  readonly #desk: Desk;
  readonly #stopEffects: () => void;
  #history: History<Draft> | null = null;
  #tool: ShapeDrawing | null = null;
  #opening: Promise<void> | null = null;

  readonly pattern = $derived(this.patterns.find((one) => one.pattern === this.draft?.pattern) ?? null);
  readonly target = $derived(this.pattern ? targetOf(this.pattern) : null);
  readonly request = $derived(this.#requestOf(this.draft));
  /** What would be flown if the shape under the pointer were let go now. */
  readonly #sketched = $derived(this.sketch && this.draft ? this.#requestOf(putShape(this.draft, this.sketch, this.target)) : null);

  /** Whether what is planned is not, or not yet, what may be saved. */
  get blocked(): boolean {
    const { preview, task } = this.planner;
    return !this.request || this.sketch !== null || task.busy || !preview?.statistics || preview.findings.some((finding) => finding.severity === "error");
  }

  constructor(desk: Desk, map: MapView) {
    this.#desk = desk;
    this.planner = new Planner(map);
    this.#stopEffects = $effect.root(() => {
      $effect(() => {
        const { active, request } = this;
        const sketched = this.#sketched;
        untrack(() => (active ? this.planner.ask(sketched ?? request, sketched !== null) : undefined));
      });
      $effect(() => (this.active ? this.planner.paintSortie() : undefined));
      $effect(() => (this.active ? this.planner.paintFindings() : undefined));
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
    } catch {
      this.#desk.notify("warning", t("plan.noPatterns"));
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

  /** Says something of one of several places. */
  setItem(id: string, name: string, value: unknown): void {
    if (this.draft) this.change(withItem(this.draft, id, name, value));
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

  /** Draws what is to be drawn without a pointer: in the middle of the map, its corners then changed by numbers. */
  put(): void {
    if (!this.drawing || !this.draft) return;
    const { kind, role } = this.drawing;
    const placed = shapeAround(kind, role, this.#desk.middle, this.#desk.reachM / 3);
    this.rest();
    this.selected = placed.id;
    this.change(putShape(this.draft, placed, this.target));
  }

  changeShape(changed: DrawnShape): void {
    if (this.draft) this.change(putShape(this.draft, changed, this.target));
  }

  /** What a file holds: the place while there is none, zones to keep out of afterwards; areas with probabilities are searched. Returns how
   * many were taken. */
  takeDrawing(brought: readonly Brought[]): number {
    const likely = brought.filter(({ probability }) => probability !== null);
    return likely.length ? this.#takeLikely(likely) : this.#takeGeometries(brought.map(({ geometry }) => geometry));
  }

  #takeLikely(likely: readonly Brought[]): number {
    const to = this.patterns.find((one) => targetOf(one)?.fields.some(({ name }) => name === "probability"));
    if (!this.draft || !this.pattern || !to) return 0;
    const next = withLikely(repattern(this.draft, this.pattern, to), likely, to);
    this.selected = null;
    this.change(next);
    const places = next.shapes.flatMap((one) => (one.role === "target" ? one.places : []));
    if (places.length) this.#desk.fit({ type: "MultiPoint", coordinates: places });
    return next.shapes.filter((one) => one.role === "target").length;
  }

  #takeGeometries(geometries: readonly Geometry[]): number {
    const { target } = this;
    if (!this.draft || !target) return 0;
    let next = this.draft;
    const placed = next.shapes.some((one) => one.role === "target") && !target.several;
    const drawn = geometries.flatMap((one) => (placed ? zonesFrom(one) : shapesFrom(one, target)));
    const taken = placed || target.several ? drawn : drawn.filter((one) => one.role !== "target" || one === drawn.find((other) => other.role === "target"));
    for (const one of taken) next = putShape(next, one, target);
    this.change(next);
    const [first] = taken;
    if (first) this.look(first);
    return taken.length;
  }

  remove(id: string): void {
    if (this.draft) this.change(dropShape(this.draft, id));
  }

  look(shape: DrawnShape): void {
    this.selected = shape.id;
    this.#show();
    const coordinates = shape.places;
    this.#desk.fit(coordinates.length > 1 ? { type: "LineString", coordinates } : { type: "Point", coordinates: coordinates[0] as LonLat });
  }

  point(place: LonLat | null): void {
    this.#desk.pointAt(place);
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

  /** Saves the plan and opens it; the form is gone by then, so the opening is done here. */
  async save(): Promise<void> {
    const { request } = this;
    if (!request) return;
    await this.saving.run(async () => {
      const name = this.name.trim();
      const mission = this.revised ? await reviseMission(this.revised, name, request) : await createMission(name, request);
      this.#desk.missions.put(mission);
      this.discard();
      this.#desk.openMission = mission.id;
    });
  }

  discard(): void {
    this.#tool?.stop();
    this.#tool = null;
    this.#opening = null;
    this.#history = null;
    this.draft = null;
    this.drawing = null;
    this.sketch = null;
    this.taking = false;
    this.active = false;
    this.saving.failure = null;
    this.planner.forget();
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
      const shapes = over && target ? shapesFrom(over, target) : [];
      return !over || (shapes.length > 0 && (target?.several || shapes.filter((shape) => shape.role === "target").length === 1));
    };
    return this.patterns.find(fits) ?? this.patterns[0];
  }

  #openTool(): Promise<void> {
    this.#opening ??= this.#makeTool();
    return this.#opening;
  }

  async #makeTool(): Promise<void> {
    const tool = await this.#desk.drawShapes({
      put: (shape) => {
        this.selected = shape.id;
        if (this.draft) this.change(putShape(this.draft, shape, this.target));
      },
      removed: (id) => this.remove(id),
      drawing: (kind) => {
        if (kind === null) this.drawing = null;
      },
      sketch: (shape) => (this.sketch = shape),
      selected: (id) => (this.selected = id),
    });
    if (this.active) this.#tool = tool;
    else tool.stop();
  }

  #become(draft: Draft): void {
    this.draft = draft;
    this.canUndo = this.#history?.canUndo ?? false;
    this.canRedo = this.#history?.canRedo ?? false;
    this.#show();
  }

  #show(): void {
    if (this.draft) this.#tool?.show(this.draft.shapes, this.selected, shadesOf(this.draft));
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

  #requestOf(draft: Draft | null): PlanRequest | null {
    return draft && this.pattern ? requestOf(draft, this.pattern, (near) => untrack(() => this.#nearestHome(near))) : null;
  }

  #nearestHome(place: LonLat): LonLat | null {
    const homes = [...this.#desk.fleet.vehicles.values()].map(homeOf).filter((home) => home !== null);
    const near = homes.map((home) => ({ home, away: distanceM(home, place) })).filter(({ away }) => away < NEAR_M);
    return near.sort((a, b) => a.away - b.away)[0]?.home ?? null;
  }
}
