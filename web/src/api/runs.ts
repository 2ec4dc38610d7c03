import { getJson, sendJson } from "./client";
import type { LonLat, Mission, MissionRunState } from "./types";

const at = (id: string, rest = "") => `/api/v1/runs/${encodeURIComponent(id)}${rest}`;

/** Given and brought home through the station: as long as it takes to send a command. */
const COMMAND_DEADLINE_MS = 60_000;

export const listRuns = () => getJson<{ items: MissionRunState[] }>("/api/v1/runs");

export type RunOf = { missions: { mission_id: string }[] } | { group_id: string };
export const startRun = (of: RunOf) => sendJson<MissionRunState>("POST", "/api/v1/runs", { json: of });

export const giveToVehicle = (id: string, slot: number, vehicleId: string) =>
  sendJson<MissionRunState>("POST", at(id, `/slots/${slot}/vehicle`), { json: { vehicle_id: vehicleId }, deadlineMs: COMMAND_DEADLINE_MS });

export const handOver = (id: string, slot: number) =>
  sendJson<MissionRunState>("POST", at(id, `/slots/${slot}/hand-over`), { deadlineMs: COMMAND_DEADLINE_MS });

export const abortRun = (id: string, reason: string) => sendJson<MissionRunState>("POST", at(id, "/abort"), { json: { reason } });

export type FlightChange = { kind: "altitude"; item: number; by_m: number } | { kind: "waypoint"; item: number; at: LonLat; altitude_m: number };

/** The changed mission as a draft, judged anew; nothing is sent to the vehicle. */
export function changeMission(id: string, change: FlightChange): Promise<Mission> {
  const { kind, item } = change;
  const json = kind === "altitude" ? change : { kind, item, lon_deg: change.at[0], lat_deg: change.at[1], altitude_m: change.altitude_m };
  return sendJson<Mission>("POST", `/api/v1/missions/${encodeURIComponent(id)}/changes`, { json: { change: json } });
}
