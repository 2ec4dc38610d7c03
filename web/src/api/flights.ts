import { getJson, request } from "./client";
import type { FlightBookView, FlightDetail, FlightView, ImportReport, Page, ReplayView } from "./types";

const at = (id: string, rest = "") => `/api/v1/flights/${encodeURIComponent(id)}${rest}`;
/** A log of a day takes a while to send and to read. */
const IMPORT_DEADLINE_MS = 600_000;

export interface FlightQuestion {
  vehicle?: string;
  pilot?: string;
  cursor?: string | null;
}

export function listFlights(question: FlightQuestion = {}, signal?: AbortSignal): Promise<Page<FlightView>> {
  const search = new URLSearchParams({ limit: "100" });
  for (const [name, value] of Object.entries(question)) if (value) search.set(name, value);
  return getJson<Page<FlightView>>(`/api/v1/flights?${search}`, signal);
}

export const getFlight = (id: string) => getJson<FlightDetail>(at(id));
export const getReplay = (id: string, signal?: AbortSignal) => getJson<ReplayView>(at(id, "/replay?max_points=4000"), signal);
export const getFlightBook = () => getJson<FlightBookView>("/api/v1/flight-book");

export async function importLog(file: File, vehicle: string, pilot: string): Promise<ImportReport> {
  const body = new FormData();
  body.set("file", file);
  if (vehicle) body.set("vehicle", vehicle);
  if (pilot) body.set("pilot", pilot);
  const response = await request("/api/v1/flights/import", { method: "POST", multipart: body, deadlineMs: IMPORT_DEADLINE_MS });
  return (await response.json()) as ImportReport;
}

export async function downloadLog(flightId: string, fileId: string): Promise<Blob> {
  return (await request(at(flightId, `/files/${encodeURIComponent(fileId)}`), { deadlineMs: IMPORT_DEADLINE_MS })).blob();
}

export async function downloadBook(by: "vehicle" | "pilot"): Promise<Blob> {
  return (await request(`/api/v1/flight-book.csv?by=${by}`)).blob();
}
