/** Points on a camera's picture and on the map, the camera they make, and keeping it. */
import type { Feature, FeatureCollection } from "geojson";
import { calibrationHistory, type CalibrationPoints, fitCalibration, keepCalibration } from "../../api/calibrations";
import type { CameraCalibrationFitView, CameraCalibrationView, LonLat } from "../../api/types";
import { inWords } from "../../lib/errors";
import { Task } from "../../lib/task.svelte";
import type { MapView } from "../../map/map-view";
import { pickPlaces } from "../../map/place-picking";

export interface Mark {
  /** In pixels of the picture. */
  px: [number, number] | null;
  at: LonLat | null;
}

export interface Still {
  url: string;
  width: number;
  height: number;
}

const LEAST_POINTS = 4;
const FIT_PAUSE_MS = 200;
const JPEG_QUALITY = 0.85;
const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export class Calibrator {
  readonly sourceId: string;
  still = $state.raw<Still | null>(null);
  marks = $state.raw<readonly Mark[]>([{ px: null, at: null }]);
  active = $state(0);
  fit = $state.raw<CameraCalibrationFitView | null>(null);
  failure = $state<string | null>(null);
  note = $state("");
  kept = $state(false);
  history = $state.raw<readonly CameraCalibrationView[]>([]);
  readonly keeping = new Task();
  readonly #map: MapView;
  readonly #stop: () => void;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(map: MapView, sourceId: string) {
    this.#map = map;
    this.sourceId = sourceId;
    this.#stop = pickPlaces(map, (at) => this.setPlace(at));
    void this.#loadHistory();
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#waiting);
    this.#map.setData("calibration", NOTHING);
  }

  /** Marks with both halves, by their index. */
  get whole(): { index: number; px: [number, number]; at: LonLat }[] {
    return this.marks.flatMap((mark, index) => (mark.px && mark.at ? [{ index, px: mark.px, at: mark.at }] : []));
  }

  get missing(): number {
    return Math.max(0, LEAST_POINTS - this.whole.length);
  }

  errorOf(index: number) {
    const row = this.whole.findIndex((mark) => mark.index === index);
    return row >= 0 && this.fit?.points.length === this.whole.length ? (this.fit.points[row] ?? null) : null;
  }

  take(video: HTMLVideoElement): void {
    if (video.videoWidth) this.#draw(video, video.videoWidth, video.videoHeight);
  }

  async takeFile(file: File): Promise<void> {
    const picture = await createImageBitmap(file);
    this.#draw(picture, picture.width, picture.height);
    picture.close();
  }

  setPixel(px: [number, number]): void {
    this.#set({ px });
  }

  setPlace(at: LonLat): void {
    this.#set({ at });
  }

  choose(index: number): void {
    this.active = index;
    this.#paint();
  }

  /** One pixel for an arrow key. */
  nudge(index: number, by: [number, number]): void {
    const px = this.marks[index]?.px;
    if (!px) return;
    this.active = index;
    this.#replace(index, { px: [px[0] + by[0], px[1] + by[1]] });
  }

  remove(index: number): void {
    const left = this.marks.filter((_, at) => at !== index);
    this.marks = left.length ? left : [{ px: null, at: null }];
    this.active = Math.min(this.active, this.marks.length - 1);
    this.#changed();
  }

  /** Points of an earlier calibration, to go on from. */
  recall(from: CameraCalibrationView): void {
    const scale = this.still ? this.still.width / from.image_size_px[0] : 1;
    this.marks = from.points.map(({ px, lonlat }) => ({ px: [px[0] * scale, px[1] * scale], at: lonlat }));
    this.active = 0;
    this.#changed();
  }

  async keep(): Promise<void> {
    const points = this.#points();
    if (!points) return;
    await this.keeping.run(async () => {
      this.fit = await keepCalibration(this.sourceId, points, this.note, this.still ? (this.still.url.split(",")[1] ?? null) : null);
      this.kept = true;
      await this.#loadHistory();
    });
  }

  async #loadHistory(): Promise<void> {
    try {
      this.history = (await calibrationHistory(this.sourceId)).items;
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  #draw(picture: CanvasImageSource, width: number, height: number): void {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    this.still = { url: canvas.toDataURL("image/jpeg", JPEG_QUALITY), width, height };
    this.#changed();
  }

  #set(part: Partial<Mark>): void {
    this.#replace(this.active, part);
    const mark = this.marks[this.active];
    if (mark?.px && mark.at && this.active === this.marks.length - 1) {
      this.marks = [...this.marks, { px: null, at: null }];
      this.choose(this.marks.length - 1);
    }
  }

  #replace(index: number, part: Partial<Mark>): void {
    this.marks = this.marks.map((mark, at) => (at === index ? { ...mark, ...part } : mark));
    this.#changed();
  }

  #points(): CalibrationPoints | null {
    if (!this.still || this.missing) return null;
    return {
      image_size_px: [this.still.width, this.still.height],
      points: this.whole.map(({ px, at }) => ({ px, lonlat: at })),
    };
  }

  #changed(): void {
    this.kept = false;
    clearTimeout(this.#waiting);
    const points = this.#points();
    if (!points) {
      this.fit = null;
      this.failure = null;
    } else {
      this.#waiting = setTimeout(() => void this.#judge(points), FIT_PAUSE_MS);
    }
    this.#paint();
  }

  async #judge(points: CalibrationPoints): Promise<void> {
    const asked = ++this.#asked;
    try {
      const fit = await fitCalibration(this.sourceId, points);
      if (asked === this.#asked) [this.fit, this.failure] = [fit, null];
    } catch (error) {
      if (asked === this.#asked) [this.fit, this.failure] = [null, inWords(error)];
    }
    if (asked === this.#asked) this.#paint();
  }

  #paint(): void {
    const features: Feature[] = [];
    if (this.fit && this.fit.seen.length > 2) {
      const ring = [...this.fit.seen, this.fit.seen[0] as LonLat];
      features.push({ type: "Feature", properties: { kind: "seen" }, geometry: { type: "Polygon", coordinates: [ring] } });
    }
    if (this.fit?.camera) {
      features.push({ type: "Feature", properties: { kind: "camera" }, geometry: { type: "Point", coordinates: this.fit.camera.position } });
    }
    this.marks.forEach((mark, index) => {
      if (!mark.at) return;
      const properties = { kind: "point", number: index + 1, active: index === this.active, used: this.errorOf(index)?.used ?? true };
      features.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: mark.at } });
    });
    this.#map.setData("calibration", { type: "FeatureCollection", features });
  }
}
