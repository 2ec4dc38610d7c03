/** Violations: those of the last days from the server, then the live head; newest first, one row each, in its newest state. */
import type { Feature, FeatureCollection, Point } from "geojson";
import { getJson } from "../api/client";
import { loadFeatures } from "../api/features";
import type { LonLat, ViolationMessage } from "../api/types";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";

export type CaseState = ViolationMessage["state"];

export interface Violation {
  id: string;
  rule: string;
  edition: string;
  sourceId: string;
  tier: string;
  state: CaseState;
  label: string;
  confidence: number;
  model: string;
  at: string;
  place: LonLat | null;
  accuracyM: number | null;
  measure: { value: number; uncertainty: number; limit: number; unit: string } | null;
  order: string | null;
  doubtfulWhy: string | null;
}

const KEPT = 2000;
const HISTORY = 500;

export class Violations {
  all = $state.raw<readonly Violation[]>([]);
  failure = $state.raw<unknown>(null);
  loaded = $state(false);
  readonly #known = new Map<string, Violation>();
  readonly #changed = new Set<() => void>();
  readonly #publish = perFrame(() => {
    const sorted = [...this.#known.values()].sort((a, b) => b.at.localeCompare(a.at));
    for (const old of sorted.splice(KEPT)) this.#known.delete(old.id);
    this.all = sorted;
    for (const listener of this.#changed) listener();
  });

  listen(hub: TopicHub): void {
    hub.subscribe("violation", (message) => this.add(fromMessage(message)));
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  async load(): Promise<void> {
    try {
      const page = await loadFeatures("violations", { limit: String(HISTORY) }, 1);
      // What the socket told meanwhile is newer.
      for (const feature of page.features) if (!this.#known.has(idOf(feature))) this.add(fromFeature(feature));
      this.failure = null;
    } catch (error) {
      this.failure = error;
    } finally {
      this.loaded = true;
    }
  }

  add(violation: Violation): void {
    this.#known.set(violation.id, violation);
    this.#publish();
  }

  /** One that is older than what is loaded. */
  async fetch(id: string): Promise<void> {
    this.add(fromMessage(await getJson<ViolationMessage>(`/api/v1/violations/${encodeURIComponent(id)}`)));
  }

  get(id: string): Violation | null {
    return this.#known.get(id) ?? null;
  }

  points(underReview: string | null): FeatureCollection {
    return pointsOf(this.all, underReview);
  }
}

/** `underReview`: the case before the officer, whose state would tell what others decided. */
export function pointsOf(all: readonly Violation[], underReview: string | null): FeatureCollection {
  const features = all.flatMap((one): Feature<Point>[] => {
    const properties = { id: one.id, rule: one.rule, state: one.id === underReview ? "new" : one.state };
    return one.place ? [{ type: "Feature", properties, geometry: { type: "Point", coordinates: one.place } }] : [];
  });
  return { type: "FeatureCollection", features };
}

export function fromMessage(message: ViolationMessage): Violation {
  return {
    id: message.violation_id,
    rule: message.rule,
    edition: message.rule_edition,
    sourceId: message.source_id,
    tier: message.evidence_tier ?? "C",
    state: message.state,
    label: message.label,
    confidence: message.confidence,
    model: message.model,
    at: message.at,
    place: message.lon_deg === null || message.lat_deg === null ? null : [message.lon_deg, message.lat_deg],
    accuracyM: message.accuracy_m,
    measure: message.measure,
    order: message.legal_order,
    doubtfulWhy: message.doubtful_why,
  };
}

const idOf = (feature: Feature) => String(feature.properties?.id ?? feature.id ?? "");

export function fromFeature(feature: Feature): Violation {
  const properties = feature.properties ?? {};
  const text = (key: string) => (typeof properties[key] === "string" ? (properties[key] as string) : "");
  const number = (key: string) => (typeof properties[key] === "number" ? (properties[key] as number) : null);
  const [value, uncertainty, limit] = [number("measure_value"), number("measure_uncertainty"), number("measure_limit")];
  return {
    id: idOf(feature),
    rule: text("rule"),
    edition: text("rule_edition"),
    sourceId: text("source_id"),
    tier: text("evidence_tier"),
    state: text("state") as CaseState,
    label: text("label"),
    confidence: number("confidence") ?? 0,
    model: text("model"),
    at: text("at"),
    place: feature.geometry?.type === "Point" ? (feature.geometry.coordinates.slice(0, 2) as LonLat) : null,
    accuracyM: number("accuracy_m"),
    measure: value === null || uncertainty === null || limit === null ? null : { value, uncertainty, limit, unit: text("measure_unit") },
    order: text("legal_order") || null,
    doubtfulWhy: text("doubtful_why") || null,
  };
}
