import { getJson, request } from "./client";
import type { AirspaceForceView, AirspaceImportView, AirspaceView } from "./types";

/** A national file takes a while to send and to read. */
const IMPORT_DEADLINE_MS = 120_000;
const at = (rest = "") => `/api/v1/airspace${rest}`;

export const getAirspace = () => getJson<AirspaceView>(at());

/** Which zones hold now, hours of the week counted, and when that changes. */
export const getZonesInForce = () => getJson<AirspaceForceView>(at("/in-force"));

/** Taken whole or refused with the line or feature that is wrong; a file of the same name replaces it. */
export async function importAirspace(file: File, signal?: AbortSignal): Promise<AirspaceImportView> {
  const response = await request(at(`/import?source=${encodeURIComponent(file.name)}`), { method: "POST", body: file, signal, deadlineMs: IMPORT_DEADLINE_MS });
  return (await response.json()) as AirspaceImportView;
}

export async function deleteAirspace(source: string): Promise<void> {
  await request(at(`/sources?source=${encodeURIComponent(source)}`), { method: "DELETE" });
}
