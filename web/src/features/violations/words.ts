import type { Geometry } from "geojson";
import type { CaseView } from "../../api/types";
import { localName } from "../../lib/i18n.svelte";

/** The geometry of a GeoJSON feature of a scene, if it is one. */
export function geometryOf(feature: CaseView["broke"]): Geometry | null {
  const geometry = feature?.geometry as Geometry | undefined;
  return geometry && "coordinates" in geometry ? geometry : null;
}

/** What of the scene it broke: its name where it has one. */
export const featureName = (seen: CaseView) => localName((seen.broke?.properties as Record<string, unknown> | undefined) ?? {}) ?? seen.feature;

export const TIER_TONE = { A: "ok", B: "accent", C: "plain" } as const;
export const STATE_TONE = { new: "warn", accepted: "ok", rejected: "plain", unclear: "warn", withdrawn: "plain", handed_over: "ok" } as const;

/** How old something is, as a queue tells it. */
export function hoursSince(instant: string, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(instant)) / 3_600_000);
}
