/** Which member of a request an error of the planner speaks of, so that it stands at its field. */
import type { Finding } from "../../api/types";
import { findingText } from "../../lib/finding-words";

const MEMBERS: Record<string, readonly string[]> = {
  altitude: ["altitude_m"],
  angle: ["angle_deg"],
  budget: ["budget_s"],
  camera_too_slow: ["speed_mps"],
  camera_unknown: ["camera"],
  clearance: ["clearance_m"],
  clearance_not_kept: ["clearance_m"],
  gsd_or_altitude: ["gsd_cm", "altitude_m"],
  levels: ["bottom_m", "top_m"],
  motion_blur: ["speed_mps"],
  offset: ["offset_m"],
  overlap: ["front_overlap", "side_overlap"],
  probability: ["probability"],
  reserve: ["reserve"],
  speed: ["speed_mps"],
  wind: ["wind"],
};

export function problemOf(member: string, findings: readonly Finding[]): string | null {
  const found = findings.find((finding) => finding.severity === "error" && (finding.item === member || MEMBERS[finding.code]?.includes(member)));
  return found ? findingText(found) : null;
}
