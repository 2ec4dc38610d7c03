/** Findings of cameras and drones: history from the server, then the live head, newest first, one row each. */
import type { Feature, FeatureCollection, Point } from "geojson";
import { loadFeatures } from "../api/features";
import type { LonLat, ObservationMessage } from "../api/types";
import { doubtOf, type Ellipse } from "../lib/geometry";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";

export interface Finding {
  id: string;
  revision: number;
  label: string;
  kind: string;
  confidence: number;
  sourceId: string;
  startedAt: string;
  endedAt: string;
  place: LonLat | null;
  accuracyM: number | null;
  ellipse: Ellipse | null;
  speedMps: number | null;
  speedSigmaMps: number | null;
  /** The finding that stands for this one: another camera of the same aircraft placed the same thing better. */
  sameAs: string | null;
  /** The trouble its camera had, not noticed yet, that makes its place doubtful. */
  doubtfulWhy: string | null;
  live: boolean;
}

const KEPT = 2000;
const HISTORY = 500;
const FRESH_MS = 60_000;

export class Findings {
  all = $state.raw<readonly Finding[]>([]);
  /** One for each thing: what two cameras of an aircraft saw of it is told once. */
  readonly things = $derived(this.all.filter((finding) => finding.sameAs === null || !this.#known.has(finding.sameAs)));
  failure = $state.raw<unknown>(null);
  loaded = $state(false);
  readonly #known = new Map<string, Finding>();
  readonly #changed = new Set<() => void>();
  readonly #publish = perFrame(() => {
    const sorted = [...this.#known.values()].sort((a, b) => b.endedAt.localeCompare(a.endedAt));
    for (const old of sorted.splice(KEPT)) this.#known.delete(old.id);
    this.all = sorted;
    for (const listener of this.#changed) listener();
  });

  listen(hub: TopicHub): void {
    hub.subscribe("observation", (message) => this.add(fromMessage(message)));
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  async load(): Promise<void> {
    try {
      const page = await loadFeatures("observations", { limit: String(HISTORY) }, 1);
      for (const feature of page.features) this.add(fromFeature(feature));
      this.failure = null;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loaded = true;
    }
  }

  /** A later revision replaces an earlier one; an earlier one that comes late changes nothing. */
  add(finding: Finding): void {
    const known = this.#known.get(finding.id);
    if (known && known.revision > finding.revision) return;
    this.#known.set(finding.id, finding);
    this.#publish();
  }

  get(id: string): Finding | null {
    return this.#known.get(id) ?? null;
  }

  points(nowMs: number): FeatureCollection {
    const features = this.things.flatMap((finding): Feature<Point>[] => {
      if (!finding.place) return [];
      const fresh = finding.live && nowMs - Date.parse(finding.endedAt) < FRESH_MS;
      const properties = { id: finding.id, label: finding.label, fresh };
      return [{ type: "Feature", properties, geometry: { type: "Point", coordinates: finding.place } }];
    });
    return { type: "FeatureCollection", features };
  }

  circles(): FeatureCollection {
    const features = this.things.flatMap((finding) =>
      finding.place && finding.accuracyM
        ? [{ type: "Feature" as const, properties: {}, geometry: doubtOf(finding.place, finding.accuracyM, finding.ellipse, 32) }]
        : [],
    );
    return { type: "FeatureCollection", features };
  }
}

export function fromMessage(message: ObservationMessage): Finding {
  return {
    id: message.observation_id,
    revision: message.revision,
    label: message.label,
    kind: message.kind,
    confidence: message.confidence,
    sourceId: message.source_id,
    startedAt: message.started_at,
    endedAt: message.ended_at,
    place: message.lon_deg === null || message.lat_deg === null ? null : [message.lon_deg, message.lat_deg],
    accuracyM: message.accuracy_m,
    ellipse: message.ellipse && {
      majorM: message.ellipse.major_m, minorM: message.ellipse.minor_m, bearingDeg: message.ellipse.bearing_deg,
    },
    speedMps: message.speed_mps,
    speedSigmaMps: message.speed_sigma_mps,
    sameAs: message.same_as,
    doubtfulWhy: message.doubtful_why,
    live: true,
  };
}

export function fromFeature(feature: Feature): Finding {
  const properties = feature.properties ?? {};
  const text = (key: string) => (typeof properties[key] === "string" ? (properties[key] as string) : "");
  const number = (key: string) => (typeof properties[key] === "number" ? (properties[key] as number) : null);
  const [majorM, minorM, bearingDeg] = [number("ellipse_major_m"), number("ellipse_minor_m"), number("ellipse_bearing_deg")];
  return {
    id: text("id") || String(feature.id ?? ""),
    revision: number("revision") ?? 0,
    label: text("label"),
    kind: text("kind"),
    confidence: number("confidence") ?? 0,
    sourceId: text("source_id"),
    startedAt: text("started_at"),
    endedAt: text("ended_at") || text("started_at"),
    // Absent geometry is allowed by the format: an uncalibrated camera knows what, not where.
    place: feature.geometry?.type === "Point" ? (feature.geometry.coordinates.slice(0, 2) as LonLat) : null,
    accuracyM: number("accuracy_m"),
    ellipse: majorM === null || minorM === null || bearingDeg === null ? null : { majorM, minorM, bearingDeg },
    speedMps: number("speed_mps"),
    speedSigmaMps: number("speed_sigma_mps"),
    sameAs: text("same_as") || null,
    doubtfulWhy: text("doubtful_why") || null,
    live: false,
  };
}
