/** What is looked for among the recordings, what was found, the player and the clips. Lives as long as the desk. */
import type { Feature } from "geojson";
import { findRecordings, recordedSources } from "../../api/recordings";
import type { LonLat, RecordedSources, RecordingSpan } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { localName } from "../../lib/i18n.svelte";
import { Task } from "../../lib/task.svelte";
import { NOTHING } from "../../map/layer";
import type { MapView } from "../../map/map-view";
import { Clips } from "./clips.svelte";
import { RecordingPlayer } from "./player.svelte";

export const PERIODS_H = [1, 24, 168, 720] as const;
const HOUR_MS = 3_600_000;
/** A click shows a moment from a little before what was seen. */
const LEAD_MS = 2000;

export class Recordings {
  readonly player = new RecordingPlayer();
  readonly clips = new Clips();
  readonly task = new Task();
  /** Hours back from now; "own": from and to as entered. */
  period = $state<string>("24");
  ownFrom = $state("");
  ownTo = $state("");
  source = $state("");
  label = $state("");
  area = $state.raw<readonly LonLat[] | null>(null);
  spans = $state.raw<readonly RecordingSpan[]>([]);
  sources = $state.raw<RecordedSources | null>(null);
  nextBefore = $state<string | null>(null);
  searched = $state(false);
  readonly #desk: Desk;
  readonly #map: MapView;

  constructor(desk: Desk, map: MapView) {
    this.#desk = desk;
    this.#map = map;
  }

  name(sourceId: string): string {
    return localName(this.#desk.camera(sourceId)?.properties ?? {}) ?? sourceId;
  }

  async find(more = false): Promise<void> {
    await this.task.run(async (signal) => {
      const [fromMs, toMs] = this.#interval();
      const before = more ? this.nextBefore : null;
      const found = await findRecordings({ fromMs, toMs, source: this.source, label: this.label, area: this.area, before }, signal);
      this.spans = more ? [...this.spans, ...found.items] : found.items;
      this.nextBefore = found.next_before;
      this.searched = true;
      this.#paint();
      if (!more) this.sources = await recordedSources();
    });
  }

  open(span: RecordingSpan, atMs = Date.parse(span.started_at)): void {
    void this.player.open(span.source_id, Math.max(Date.parse(span.started_at), atMs - (atMs > Date.parse(span.started_at) ? LEAD_MS : 0)));
    this.#map.setData("recording-played", collection(span));
    if (span.view) this.#map.fit(span.view, 17);
  }

  /** The player goes, what was found stays. */
  close(): void {
    this.player.close();
    this.#map.setData("recording-played", NOTHING);
  }

  /** Nobody looks for recordings any more. */
  leave(): void {
    this.#map.setData("recording-views", NOTHING);
  }

  show(): void {
    this.#paint();
  }

  #interval(): [number, number] {
    const now = Date.now();
    if (this.period !== "own") return [now - Number(this.period) * HOUR_MS, now];
    const from = this.ownFrom ? Date.parse(`${this.ownFrom}:00+05:00`) : now - 24 * HOUR_MS;
    const to = this.ownTo ? Date.parse(`${this.ownTo}:00+05:00`) : now;
    return [Math.min(from, to), Math.max(from, to)];
  }

  #paint(): void {
    // A camera that stands still shows the same ground again and again: once is enough.
    const seen = new Map(this.spans.filter((span) => span.view).map((span) => [JSON.stringify(span.view), span]));
    this.#map.setData("recording-views", { type: "FeatureCollection", features: [...seen.values()].flatMap((span) => collection(span).features) });
  }
}

function collection(span: RecordingSpan): { type: "FeatureCollection"; features: Feature[] } {
  if (!span.view) return { type: "FeatureCollection", features: [] };
  return { type: "FeatureCollection", features: [{ type: "Feature", geometry: span.view, properties: { id: span.source_id } }] };
}
