/** A survey being planned: the drawn area, the settings, and the server's preview of it, asked again after each change. */
import type { Feature } from "geojson";
import { untrack } from "svelte";
import { createMission, listCameraModels, previewSurvey } from "../../api/missions";
import type { CameraModel, LonLat, Mission, SurveyPreview, SurveyRequest } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { distanceM } from "../../lib/geometry";
import { language, t } from "../../lib/i18n.svelte";
import { theme } from "../../lib/theme.svelte";
import { dateTime } from "../../lib/units";
import { homeOf } from "../../live/fleet.svelte";
import { pathOf } from "../../live/missions.svelte";
import type { AreaDrawing, DrawingView } from "../../map/area-drawing";
import { NOTHING } from "../../map/layer";
import { lookOf } from "../../map/look";
import type { MapView } from "../../map/map-view";

const PREVIEW_PAUSE_MS = 350;
/** A vehicle further from the area than this is not assumed to be the one that flies it. */
const NEAR_M = 30_000;

export class SurveyEditor {
  active = $state(false);
  name = $state("");
  camera = $state("");
  by = $state<"gsd" | "altitude">("gsd");
  gsdCm = $state(3);
  altitudeM = $state(60);
  frontPercent = $state(75);
  sidePercent = $state(65);
  speedMps = $state(8);
  angle = $state<"auto" | "fixed">("auto");
  angleDeg = $state(0);

  cameras = $state.raw<readonly CameraModel[]>([]);
  drawing = $state.raw<DrawingView | null>(null);
  preview = $state.raw<SurveyPreview | null>(null);
  failure = $state.raw<unknown>(null);
  planning = $state(false);
  saving = $state(false);
  /** The saved mission drawn in bright lines; the quiet layer leaves it out. */
  coveredMissionId = $state<string | null>(null);

  readonly #desk: Desk;
  readonly #map: MapView;
  readonly #stopEffects: () => void;
  #tool: AreaDrawing | null = null;
  #asked: AbortController | null = null;

  constructor(desk: Desk, map: MapView) {
    this.#desk = desk;
    this.#map = map;
    this.#stopEffects = $effect.root(() => {
      $effect(() => this.#askPreview(this.survey));
    });
  }

  /** What the server is asked to plan; null until there is an area and a camera. */
  get survey(): SurveyRequest | null {
    const area = this.drawing?.area;
    if (!area || !this.camera) return null;
    return {
      polygon: area,
      camera: this.camera,
      ...(this.by === "gsd" ? { gsd_cm: this.gsdCm } : { altitude_m: this.altitudeM }),
      front_overlap: this.frontPercent / 100,
      side_overlap: this.sidePercent / 100,
      angle_deg: this.angle === "auto" ? "auto" : this.angleDeg,
      speed_mps: this.speedMps,
      home: this.#nearestHome(area.coordinates[0]?.[0] as LonLat),
    };
  }

  get blocked(): boolean {
    return !this.preview?.statistics || this.planning || this.preview.findings.some((finding) => finding.severity === "error");
  }

  async begin(): Promise<void> {
    this.active = true;
    this.coveredMissionId = null;
    this.preview = null;
    this.failure = null;
    this.name = t("editor.name.default", { date: dateTime(new Date()) });
    await this.#loadCameras();
  }

  async draw(): Promise<void> {
    // The drawing tool is a tenth of the program and most visits never draw.
    const { AreaDrawing } = await import("../../map/area-drawing");
    this.#tool ??= new AreaDrawing(this.#map, lookOf(theme.current, language.current), (view) => {
      this.drawing = view;
    });
    this.preview = null;
    this.#tool.begin();
    this.#desk.select(null);
  }

  undo(): void {
    this.#tool?.undo();
  }

  redo(): void {
    this.#tool?.redo();
  }

  /** Saves the plan and opens it; the form is gone by then, so the opening is done here. */
  async save(): Promise<void> {
    const { survey } = this;
    if (!survey) return;
    this.saving = true;
    try {
      const mission = await createMission(this.name.trim(), survey);
      this.#desk.missions.put(mission);
      this.#desk.openMission = mission.id;
      this.discard();
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
    this.drawing = null;
    this.preview = null;
    this.failure = null;
    this.active = false;
    this.show(null);
  }

  /** Draws a saved mission brightly; null clears. */
  show(mission: Mission | null): void {
    if (this.active) return;
    this.coveredMissionId = mission?.id ?? null;
    const area = mission?.area;
    const path = mission ? pathOf(mission) : [];
    this.#paint("plan-area", area ? [{ type: "Feature", properties: {}, geometry: area }] : []);
    this.#paint("plan-path", path.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: path } }] : []);
    this.#paint("plan-photos", []);
    this.#paint("plan-points", path.map((at, index) => planPoint(at, index)));
  }

  close(): void {
    this.discard();
    this.#stopEffects();
  }

  async #loadCameras(): Promise<void> {
    if (this.cameras.length) return;
    try {
      this.cameras = (await listCameraModels()).items;
      this.camera ||= this.cameras[0]?.id ?? "";
    } catch (error) {
      this.failure = error;
    }
  }

  #askPreview(survey: SurveyRequest | null): (() => void) | undefined {
    this.#asked?.abort();
    this.#paint("plan-area", []);
    if (!survey) {
      this.planning = false;
      if (this.active) this.#paintPreview(null);
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    this.planning = true;
    const timer = setTimeout(async () => {
      try {
        const preview = await previewSurvey(survey, asked.signal);
        if (asked.signal.aborted) return;
        this.preview = preview;
        this.failure = null;
        this.#paintPreview(preview);
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

  #paintPreview(preview: SurveyPreview | null): void {
    this.#paint("plan-path", preview ? [preview.path] : []);
    this.#paint("plan-photos", preview ? [preview.photos] : []);
  }

  #paint(source: string, features: Feature[]): void {
    this.#map.setData(source, features.length ? { type: "FeatureCollection", features } : NOTHING);
  }

  #nearestHome(corner: LonLat): LonLat | null {
    // Telemetry comes many times a second and must not make the server plan again each time.
    const vehicles = untrack(() => this.#desk.fleet.vehicles);
    const homes = [...vehicles.values()].map(homeOf).filter((home) => home !== null);
    const near = homes.map((home) => ({ home, away: distanceM(home, corner) })).filter(({ away }) => away < NEAR_M);
    return near.sort((a, b) => a.away - b.away)[0]?.home ?? null;
  }
}

/** A point of a saved mission by its number along the path, to be clicked and looked at. */
function planPoint(at: LonLat, index: number): Feature {
  const name = t("plan.point", { n: index + 1 });
  return { type: "Feature", properties: { name, number: index + 1 }, geometry: { type: "Point", coordinates: at } };
}
