/** What a vehicle is asked beside commands: parameters, logs, fence and rally points, long transfers. */
import { saveFile } from "../lib/save-file";
import { getJson, request, sendJson } from "./client";
import type {
  CalibrationView,
  EnergyView,
  FenceJudged,
  FenceOnBoard,
  FleetComparison,
  FlightModes,
  LogFetch,
  OnBoard,
  ParameterBatchResult,
  ParameterComparison,
  ParameterPage,
  ParameterSetResult,
  RallyOnBoard,
  TransferList,
  VehicleLogList,
} from "./schema";

const at = (vehicleId: string, rest: string) => `/api/v1/vehicles/${encodeURIComponent(vehicleId)}/${rest}`;

/** A slow radio needs minutes for a thousand parameters; the server keeps its own deadline below these. */
const LONG_MS = 130_000;
const UPLOAD_MS = 190_000;
const FILE_MS = 3_600_000;

export const listParameters = (id: string, refresh: boolean) =>
  getJson<ParameterPage>(at(id, `parameters?refresh=${refresh}`), undefined, LONG_MS);
export const setParameter = (id: string, name: string, value: number) =>
  sendJson<ParameterSetResult>("PUT", at(id, "parameters"), { json: { name, value } });
export const setParameters = (id: string, values: Record<string, number>) =>
  sendJson<ParameterBatchResult>("POST", at(id, "parameters/batch"), { json: { values }, deadlineMs: FILE_MS });
export const compareParameters = (id: string, baseline: string) =>
  sendJson<ParameterComparison>("POST", at(id, "parameters/compare"), { json: { baseline }, deadlineMs: LONG_MS });
export const compareFleetParameters = (ids: string[], from: { baseline: string } | { baseline_vehicle_id: string }) =>
  sendJson<FleetComparison>("POST", "/api/v1/parameters/compare", { json: { vehicle_ids: ids, ...from }, deadlineMs: 2 * LONG_MS });
export const parameterFile = (id: string) => keepFile(at(id, "parameters/file"), `${id}.param`);

export const listLogs = (id: string) => getJson<VehicleLogList>(at(id, "logs"), undefined, LONG_MS);
export const fetchLog = (id: string, number: number) => sendJson<LogFetch>("POST", at(id, `logs/${number}/fetch`), { deadlineMs: LONG_MS });
export const saveLog = (id: string, number: number, name: string) => keepFile(at(id, `logs/${number}`), name);

export const readFence = (id: string, refresh: boolean) => getJson<FenceOnBoard>(at(id, `fence?refresh=${refresh}`), undefined, LONG_MS);
export const readRally = (id: string, refresh: boolean) => getJson<RallyOnBoard>(at(id, `rally?refresh=${refresh}`), undefined, LONG_MS);
export const checkFence = (id: string, body: Pick<FenceOnBoard, "polygons" | "circles"> & { speed_mps: number }) =>
  sendJson<FenceJudged>("POST", at(id, "fence/check"), { json: body });
export const uploadFence = (id: string, body: Pick<FenceOnBoard, "polygons" | "circles"> | { mission_id: string }) =>
  sendJson<OnBoard>("PUT", at(id, "fence"), { json: body, deadlineMs: UPLOAD_MS });
export const uploadRally = (id: string, body: Pick<RallyOnBoard, "points"> | { mission_id: string }) =>
  sendJson<OnBoard>("PUT", at(id, "rally"), { json: body, deadlineMs: UPLOAD_MS });
export const clearOnBoard = (id: string, store: "fence" | "rally" | "mission") =>
  sendJson<OnBoard>("DELETE", at(id, store), { deadlineMs: UPLOAD_MS });

export const listModes = (id: string) => getJson<FlightModes>(at(id, "modes"));

export const getEnergy = (id: string, signal: AbortSignal) => getJson<EnergyView>(at(id, "energy"), signal);
export const calibrateEnergy = (id: string, given: { mass_kg: number | null; battery_wh: number | null }, signal: AbortSignal) =>
  sendJson<CalibrationView>("POST", at(id, "energy/calibrate"), { json: given, signal, deadlineMs: LONG_MS });

export const listTransfers = (id: string) => getJson<TransferList>(at(id, "transfers"));
export const cancelTransfer = (id: string, transferId: string) => sendJson<undefined>("DELETE", at(id, `transfers/${transferId}`));

/** Asks for a file with the person's token and hands it to the browser to keep. */
async function keepFile(path: string, name: string): Promise<void> {
  const response = await request(path, { deadlineMs: FILE_MS });
  const told = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  saveFile(await response.blob(), told?.[1] ?? name);
}
