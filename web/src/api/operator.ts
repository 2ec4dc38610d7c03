/** Which station an aircraft obeys, and where its operator stands. */
import { sendJson } from "./client";
import type { LonLat, OperatorState } from "./types";

const at = (vehicleId: string, rest: string) => `/api/v1/vehicles/${encodeURIComponent(vehicleId)}/operator/${rest}`;

/** The station in control is given this long to answer; the aircraft must show it, too. */
const PATIENCE_S = 15;
const ACTION_MS = (PATIENCE_S + 20) * 1000;

export const takeOperatorControl = (id: string, takeoverAllowed: boolean) =>
  sendJson<OperatorState>("POST", at(id, "control"), {
    json: { takeover_allowed: takeoverAllowed, patience_s: PATIENCE_S },
    deadlineMs: ACTION_MS,
  });
export const releaseOperatorControl = (id: string) => sendJson<OperatorState>("DELETE", at(id, "control"), { deadlineMs: ACTION_MS });
export const answerOperatorRequest = (id: string, grant: boolean) =>
  sendJson<OperatorState>("POST", at(id, "control/answer"), { json: { grant }, deadlineMs: ACTION_MS });
/** Texts that are left out are as the settings say. */
export const setRemoteOperator = (id: string, place: LonLat, texts: { operator_id?: string; purpose?: string } = {}) =>
  sendJson<OperatorState>("PUT", at(id, "remote-id"), { json: { lon_deg: place[0], lat_deg: place[1], ...texts } });
export const clearRemoteOperator = (id: string) => sendJson<OperatorState>("DELETE", at(id, "remote-id"));
