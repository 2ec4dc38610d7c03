/** Plays one flight on the map: time, speed, and what is drawn of it. */
import { untrack } from "svelte";
import type { Feature, FeatureCollection, Position } from "geojson";
import { getReplay } from "../../api/flights";
import type { FlightView, LonLat, ReplayView } from "../../api/types";
import { inWords } from "../../lib/errors";
import { t } from "../../lib/i18n.svelte";
import { type Moment, lastBefore, momentAt } from "../../lib/timeline";
import { NOTHING } from "../../map/layer";
import type { MapView } from "../../map/map-view";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
/** Longest step of one animation frame: a tab that slept does not leap. */
const LONGEST_FRAME_S = 1;
/** At most so many pictures of the map a second, as for live things. */
const PAINT_PAUSE_MS = 100;

export class FlightPlayer {
  flight = $state.raw<FlightView | null>(null);
  replay = $state.raw<ReplayView | null>(null);
  loading = $state(false);
  failure = $state<string | null>(null);
  timeS = $state(0);
  playing = $state(false);
  speed = $state<number>(1);
  following = $state(false);

  readonly moment = $derived<Moment | null>(this.replay ? momentAt(this.replay.columns, this.timeS) : null);
  readonly mode = $derived(this.replay ? (lastBefore(this.replay.modes, this.timeS)?.mode ?? null) : null);
  readonly text = $derived(this.replay ? lastBefore(this.replay.texts, this.timeS) : null);

  readonly #map: MapView;
  #line: Position[] = [];
  #frame = 0;
  #lastFrameMs = 0;
  #paintedMs = 0;
  #request: AbortController | null = null;

  constructor(map: MapView) {
    this.#map = map;
  }

  get durationS(): number {
    return this.replay?.duration_s ?? 0;
  }

  async open(flight: FlightView): Promise<void> {
    this.close();
    const asked = new AbortController();
    this.#request = asked;
    this.flight = flight;
    this.loading = true;
    try {
      const replay = await getReplay(flight.flight_id, asked.signal);
      if (asked.signal.aborted) return;
      this.replay = replay;
      this.#line = replay.columns.lon_deg.map((lon, i) => [lon, replay.columns.lat_deg[i] as number]);
      this.#map.dim("live", true);
      this.#map.setData("replay-path", lines(this.#line));
      this.#map.setData("replay-marks", this.#marks(replay));
      if (this.#line.length > 1) this.#map.fit({ type: "LineString", coordinates: this.#line }, 17);
      this.#paint(true);
    } catch (error) {
      if (!asked.signal.aborted) this.failure = inWords(error);
    } finally {
      if (!asked.signal.aborted) this.loading = false;
    }
  }

  close(): void {
    this.#request?.abort();
    this.pause();
    this.flight = this.replay = this.failure = null;
    this.loading = false;
    this.timeS = 0;
    this.#line = [];
    this.#map.dim("live", false);
    for (const source of ["replay-path", "replay-flown", "replay-marks", "replay-vehicle"]) this.#map.setData(source, NOTHING);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (!this.replay || this.playing) return;
    if (this.timeS >= this.durationS) this.timeS = 0;
    this.playing = true;
    this.#lastFrameMs = performance.now();
    this.#frame = requestAnimationFrame((ms) => this.#step(ms));
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.#frame);
    if (this.replay) this.#paint(true);
  }

  seek(timeS: number): void {
    this.timeS = Math.min(this.durationS, Math.max(0, timeS));
    this.#paint(!this.playing);
  }

  /** The words on the map are in the language chosen. */
  repaint(): void {
    untrack(() => this.#paint(true));
  }

  faster(steps: number): void {
    const now = SPEEDS.findIndex((speed) => speed === this.speed);
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, now + steps))] as number;
  }

  #step(ms: number): void {
    if (!this.playing) return;
    const passedS = Math.min(LONGEST_FRAME_S, Math.max(0, (ms - this.#lastFrameMs) / 1000));
    this.#lastFrameMs = ms;
    this.timeS = Math.min(this.durationS, this.timeS + passedS * this.speed);
    this.#paint(false);
    if (this.timeS >= this.durationS) this.pause();
    else this.#frame = requestAnimationFrame((next) => this.#step(next));
  }

  #paint(now: boolean): void {
    const ms = performance.now();
    const { replay, moment } = this;
    if (!replay || !moment || (!now && ms - this.#paintedMs < PAINT_PAUSE_MS)) return;
    this.#paintedMs = ms;
    const at: LonLat = [moment.lonDeg, moment.latDeg];
    this.#map.setData("replay-flown", lines([...this.#line.slice(0, moment.index + 1), at]));
    const label = `${replay.vehicle_id} · ${t("replay.word")}`;
    const vehicle: Feature = {
      type: "Feature",
      properties: { heading: moment.headingDeg ?? 0, label },
      geometry: { type: "Point", coordinates: at },
    };
    this.#map.setData("replay-vehicle", { type: "FeatureCollection", features: [vehicle] });
    if (this.following) this.#map.keepInView(at);
  }

  #marks(replay: ReplayView): FeatureCollection {
    const mark = (kind: string, timeS: number): Feature[] => {
      const at = momentAt(replay.columns, timeS);
      return at ? [{ type: "Feature", properties: { kind }, geometry: { type: "Point", coordinates: [at.lonDeg, at.latDeg] } }] : [];
    };
    const photos = replay.photos.flatMap((photo): Feature[] =>
      photo.lon_deg === null || photo.lat_deg === null
        ? []
        : [{ type: "Feature", properties: { kind: "photo" }, geometry: { type: "Point", coordinates: [photo.lon_deg, photo.lat_deg] } }],
    );
    return {
      type: "FeatureCollection",
      features: [
        ...photos,
        ...replay.modes.slice(1).flatMap((mode) => mark("mode", mode.t_s)),
        ...replay.incidents.flatMap((incident) => mark("incident", incident.t_s)),
      ],
    };
  }
}

function lines(coordinates: Position[]): FeatureCollection {
  if (coordinates.length < 2) return NOTHING;
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } }] };
}
