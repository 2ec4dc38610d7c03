import type { MissionState, RunState } from "../../api/types";

const TONES = { proposed: "warn", draft: "plain", approved: "accent", uploaded: "accent", flying: "warn", flown: "ok", failed: "danger" } as const;

export function stateTone(state: MissionState) {
  return TONES[state];
}

const RUN_TONES = {
  waiting_for_drone: "warn",
  uploading: "accent",
  ready: "accent",
  flying: "ok",
  paused: "warn",
  handing_over: "warn",
  finished: "ok",
  aborted: "danger",
} as const;

export function runTone(state: RunState) {
  return RUN_TONES[state];
}
