/** A saved mission and the difference between two revisions, as GeoJSON of the map's sources. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { LegView } from "../api/schema";
import type { Finding, LonLat, Mission, MissionDifference } from "../api/types";
import { findingText } from "../lib/finding-words";
import { t } from "../lib/i18n.svelte";
import { legNumbers } from "../lib/plan-words";
import { pathOf } from "../live/missions.svelte";

const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
const feature = (geometry: Geometry, properties: Record<string, unknown> = {}): Feature => ({ type: "Feature", properties, geometry });

export function planPicture(mission: Mission | null): Record<string, FeatureCollection> {
  const path = mission ? pathOf(mission) : [];
  return {
    "plan-area": collection(mission?.area ? [feature(mission.area)] : []),
    "plan-path": collection(path.length > 1 ? [feature({ type: "LineString", coordinates: path })] : []),
    "plan-photos": collection([]),
    "plan-points": collection(path.map(planPoint)),
    "plan-findings": findingMarks(mission?.findings ?? []),
  };
}

/** One mark a place, however much there is to say of it; what a person decides is told in the list alone. */
export function findingMarks(findings: readonly Finding[]): FeatureCollection {
  const places = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!finding.place || finding.severity === "info") continue;
    const at = finding.place.map((degrees) => degrees.toFixed(6)).join();
    places.set(at, [...(places.get(at) ?? []), finding]);
  }
  const marks = [...places.values()].map((said) => {
    const errors = said.filter((finding) => finding.severity === "error");
    const severity = errors.length ? "error" : "warning";
    const text = errors.map(findingText).join("\n");
    return feature({ type: "Point", coordinates: said[0]?.place as LonLat }, { severity, text, order: errors.length ? 1 : 0 });
  });
  return collection(marks);
}

export function differenceLines(found: MissionDifference | null): FeatureCollection {
  if (!found) return collection([]);
  const parts = { same: found.both, removed: found.only_before, added: found.only_after };
  const marks = found.items.filter((item) => item.place).map((item) => feature({ type: "Point", coordinates: item.place as LonLat }, { part: item.kind }));
  return collection([...Object.entries(parts).map(([part, geometry]) => feature(geometry, { part })), ...marks]);
}

export function legMark(leg: LegView | null): FeatureCollection {
  if (!leg) return collection([]);
  const middle = [(leg.start[0] + leg.end[0]) / 2, (leg.start[1] + leg.end[1]) / 2];
  const nearest = leg.at ? [feature({ type: "Point", coordinates: leg.at }, { part: "nearest" })] : [];
  const text = legNumbers(leg).join(" · ");
  return collection([feature({ type: "LineString", coordinates: [leg.start, leg.end] }), feature({ type: "Point", coordinates: middle }, { part: "numbers", text }), ...nearest]);
}

/** A point of a saved mission by its number along the path, to be clicked and looked at. */
function planPoint(at: LonLat, index: number): Feature {
  return feature({ type: "Point", coordinates: at }, { name: t("plan.point", { n: index + 1 }), number: index + 1 });
}
