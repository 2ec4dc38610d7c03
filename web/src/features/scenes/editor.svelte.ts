/** A camera's scene being drawn: its things, what is done to them step by step, its editions, and saving the next one. */
import type { FeatureCollection, Geometry } from "geojson";
import { ApiError } from "../../api/client";
import { listOrders } from "../../api/legal-orders";
import { getScene, listEditions, saveScene, type Scene } from "../../api/scenes";
import type { LegalOrder, LonLat, SceneBrief } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { shapeAround } from "../../lib/corners";
import { inWords } from "../../lib/errors";
import { History } from "../../lib/history";
import { Task } from "../../lib/task.svelte";
import { NOTHING } from "../../map/layer";
import type { MapView } from "../../map/map-view";
import type { DrawnShape, ShapeDrawing } from "../../map/shape-drawing";
import { kindOf, type SceneKind } from "./kinds";
import { featuresOf, marksOf, namedIn, newThing, redrawn, renamed, type SceneThing, shapeIn, thingsOf, told } from "./scene";

interface Draft {
  based: number;
  saved: string;
  things: readonly SceneThing[];
}

/** What was drawn and not saved stays while other things are looked at. */
const drafts = new Map<string, Draft>();
const textOf = (things: readonly SceneThing[]) => JSON.stringify(featuresOf(things));
const EMPTY = textOf([]);
/** A stop line of four metres is still to be seen whole. */
const CLOSE_ZOOM = 19;

export class SceneEditor {
  readonly sourceId: string;
  readonly mayDraw: boolean;
  things = $state.raw<readonly SceneThing[]>([]);
  /** The edition the drawing goes on from; 0 where there is none. */
  based = $state(0);
  selected = $state<string | null>(null);
  /** What the next clicks draw. */
  drawing = $state<SceneKind | null>(null);
  canUndo = $state(false);
  canRedo = $state(false);
  editions = $state.raw<readonly SceneBrief[]>([]);
  orders = $state.raw<readonly LegalOrder[]>([]);
  /** An edition that is looked at in place of the drawing. */
  looked = $state.raw<Scene | null>(null);
  /** Orders the saved edition names that are not kept. */
  unknownOrders = $state.raw<readonly string[]>([]);
  /** Somebody else's edition that was saved meanwhile. */
  theirs = $state.raw<Scene | null>(null);
  /** What the server did not take, at the thing it names. */
  refused = $state.raw<{ key: string | null; text: string } | null>(null);
  ready = $state(false);
  readonly loading = new Task();
  readonly looking = new Task();
  readonly saving = new Task();
  #saved = $state(EMPTY);
  changed = $derived(textOf(this.things) !== this.#saved);

  readonly #desk: Desk;
  readonly #map: MapView;
  #tool: ShapeDrawing | null = null;
  #history = new History<readonly SceneThing[]>([]);
  #kind: SceneKind | null = null;
  /** What is being drawn as far as it has come. */
  #way: readonly LonLat[] = [];
  #closed = false;

  constructor(desk: Desk, map: MapView, sourceId: string, mayDraw: boolean) {
    this.#desk = desk;
    this.#map = map;
    this.sourceId = sourceId;
    this.mayDraw = mayDraw;
    void this.load();
    // Without them an order is named by its id.
    listOrders().then((orders) => (this.orders = orders), () => undefined);
  }

  async load(): Promise<void> {
    await this.loading.run(async () => {
      const [scene, editions] = await Promise.all([this.#inForce(), listEditions(this.sourceId), this.#openTool()]);
      if (this.#closed) return;
      this.editions = editions;
      const draft = drafts.get(this.sourceId);
      if (draft) {
        [this.based, this.#saved] = [draft.based, draft.saved];
        this.#begin(draft.things);
      } else this.#take(scene);
      this.ready = true;
      this.#fit(this.things);
    });
  }

  close(): void {
    this.#closed = true;
    if (this.ready && this.changed) drafts.set(this.sourceId, { based: this.based, saved: this.#saved, things: this.things });
    else if (this.ready) drafts.delete(this.sourceId);
    this.#tool?.stop();
    this.#map.setData("scene", NOTHING);
    this.#desk.pointAt(null);
  }

  get chosen(): SceneThing | null {
    return this.things.find((one) => one.key === this.selected) ?? null;
  }

  /** The next clicks draw a thing of this kind; what is made of others is there at once. */
  draw(kind: SceneKind): void {
    const { draws, role } = kindOf(kind);
    this.#kind = kind;
    this.#way = [];
    this.stopLooking();
    if (draws) {
      this.drawing = kind;
      this.selected = null;
      this.#tool?.begin(draws, role);
    } else this.#add(null);
  }

  /** Without a pointer: in the middle of the map, its corners then changed by numbers. */
  put(): void {
    const { draws, role } = kindOf(this.drawing ?? "");
    if (!draws) return;
    this.#tool?.rest();
    this.drawing = null;
    this.#way = [];
    this.#add(shapeAround(draws, role, this.#desk.middle, Math.min(10, this.#desk.reachM / 3)));
  }

  rest(): void {
    this.drawing = null;
    this.#tool?.rest();
  }

  reshape(drawn: DrawnShape): void {
    if (!this.things.some((one) => one.key === drawn.id)) return this.#add(drawn);
    this.selected = drawn.id;
    this.#change(this.things.map((one) => (one.key === drawn.id ? redrawn(one, drawn) : one)));
  }

  tell(key: string, name: string, value: unknown): void {
    if (name === "id") this.#change(renamed(this.things, key, String(value)));
    else this.#change(this.things.map((one) => (one.key === key ? told(one, name, value) : one)));
  }

  remove(key: string): void {
    if (this.selected === key) this.selected = null;
    this.#change(this.things.filter((one) => one.key !== key));
  }

  choose(key: string | null): void {
    this.stopLooking();
    this.selected = key;
    this.#show();
    const { chosen } = this;
    if (chosen) this.#fit([chosen]);
  }

  point(place: LonLat | null): void {
    this.#desk.pointAt(place);
  }

  undo(): void {
    if (!this.#tool?.undoCorner()) this.#become(this.#history.undo());
  }

  redo(): void {
    this.#become(this.#history.redo());
  }

  async look(edition: number): Promise<void> {
    if (this.looked?.edition === edition) return this.stopLooking();
    await this.looking.run(async () => {
      const scene = await getScene(this.sourceId, edition);
      if (this.#closed) return;
      this.rest();
      this.selected = null;
      this.looked = scene;
      this.#show();
      this.#fit(thingsOf(scene.features));
    });
  }

  stopLooking(): void {
    if (!this.looked) return;
    this.looked = null;
    this.#show();
  }

  /** Draws on from the edition looked at; it can be taken back. */
  goOnFromLooked(): void {
    if (!this.looked) return;
    const things = thingsOf(this.looked.features);
    this.looked = null;
    this.selected = null;
    this.#change(things);
  }

  async save(): Promise<void> {
    this.refused = null;
    this.theirs = null;
    this.rest();
    const sent = this.things;
    await this.saving.run(async () => {
      try {
        const scene = await saveScene(this.sourceId, this.based, featuresOf(sent));
        [this.based, this.unknownOrders, this.#saved] = [scene.edition, scene.unknown_orders, textOf(sent)];
        this.editions = await listEditions(this.sourceId);
      } catch (error) {
        await this.#notSaved(error, sent);
      }
    });
  }

  /** What somebody else saved takes the place of the drawing, which can be had back by undoing. */
  takeTheirs(): void {
    const { theirs } = this;
    if (!theirs) return;
    const things = thingsOf(theirs.features);
    [this.based, this.unknownOrders, this.#saved, this.theirs] = [theirs.edition, theirs.unknown_orders, textOf(things), null];
    this.#change(things);
    this.#fit(things);
  }

  /** The drawing shall be the edition after theirs. */
  keepMine(): void {
    if (!this.theirs) return;
    this.based = this.theirs.edition;
    this.theirs = null;
  }

  async #notSaved(error: unknown, sent: readonly SceneThing[]): Promise<void> {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) {
      [this.theirs, this.editions] = await Promise.all([getScene(this.sourceId), listEditions(this.sourceId)]);
      return;
    }
    const at = namedIn(error.message);
    const key = at === null ? null : (sent[at]?.key ?? null);
    this.refused = { key, text: inWords(error) };
    if (key) this.choose(key);
  }

  async #inForce(): Promise<Scene | null> {
    try {
      return await getScene(this.sourceId);
    } catch (error) {
      if (error instanceof ApiError && error.code === "scene_none") return null;
      throw error;
    }
  }

  async #openTool(): Promise<void> {
    if (!this.mayDraw || this.#tool) return;
    const tool = await this.#desk.drawShapes({
      put: (shape) => {
        if (shape.kind === "point") this.rest();
        this.reshape(shape);
      },
      removed: (id) => this.remove(id),
      drawing: (kind) => {
        if (kind === null) this.drawing = null;
      },
      // Once it is closed it is shorter by the place under the pointer, and its ring may be turned round.
      sketch: (shape) => {
        if (shape && this.drawing && shape.places.length >= this.#way.length) this.#way = shape.places;
      },
      selected: (id) => (this.selected = id),
    });
    if (this.#closed) tool.stop();
    else this.#tool = tool;
  }

  #take(scene: Scene | null): void {
    const things = thingsOf(scene?.features ?? []);
    [this.based, this.#saved, this.unknownOrders] = [scene?.edition ?? 0, textOf(things), scene?.unknown_orders ?? []];
    this.#begin(things);
  }

  #begin(things: readonly SceneThing[]): void {
    this.#history = new History(things);
    this.#become(things);
  }

  #add(drawn: DrawnShape | null): void {
    if (!this.#kind) return;
    const thing = newThing(this.#kind, drawn, this.things, this.#way.length > 1 ? this.#way : drawn?.places);
    this.selected = thing.key;
    this.#change([...this.things, thing]);
  }

  #change(next: readonly SceneThing[]): void {
    if (textOf(next) !== textOf(this.things)) {
      this.#history.push(next);
      this.refused = null;
    }
    this.#become(next);
  }

  #become(things: readonly SceneThing[]): void {
    this.things = things;
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
    this.#show();
  }

  #show(): void {
    const { looked } = this;
    const things = looked ? thingsOf(looked.features) : this.things;
    const drawn = looked ? [] : things.map(shapeIn).filter((one) => one !== null);
    this.#tool?.show(drawn, this.selected);
    const marks: FeatureCollection = { type: "FeatureCollection", features: marksOf(things, looked !== null || !this.mayDraw) };
    this.#map.setData("scene", marks);
  }

  #fit(things: readonly SceneThing[]): void {
    const coordinates = things.flatMap((one) => shapeIn(one)?.places ?? []);
    if (coordinates.length) return this.#map.fit({ type: "MultiPoint", coordinates } satisfies Geometry, CLOSE_ZOOM);
    const camera = this.#desk.camera(this.sourceId)?.geometry;
    if (!this.things.length && camera?.type === "Point") this.#desk.flyTo(camera.coordinates.slice(0, 2) as LonLat, CLOSE_ZOOM);
  }
}
