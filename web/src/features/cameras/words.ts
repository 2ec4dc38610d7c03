import type { SourceStatus } from "../../api/types";

const TONES = { starting: "accent", running: "ok", no_model: "warn", unreachable: "danger", ended: "plain" } as const;

export function stateTone(state: SourceStatus["state"]) {
  return TONES[state];
}
