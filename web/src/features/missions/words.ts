import type { MissionState } from "../../api/types";

const TONES = { proposed: "warn", draft: "plain", approved: "accent", uploaded: "accent", flying: "warn", flown: "ok", failed: "danger" } as const;

export function stateTone(state: MissionState) {
  return TONES[state];
}
