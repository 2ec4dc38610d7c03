/** Recorded video: found, shown with people and plates hidden, exported. */
import { getJson, request, sendJson } from "./client";
import type { ExportView, HoldView, LonLat, OriginalGrant, ReceiptView, RecordedSources, SpanList, TimelineView } from "./types";

const ROOT = "/api/v1/recordings";
const at = (id: string, rest = "") => `${ROOT}/exports/${encodeURIComponent(id)}${rest}`;
/** A segment is searched for people before it is shown for the first time. */
const MAKING_DEADLINE_MS = 130_000;
const FETCH_DEADLINE_MS = 600_000;

export interface RecordingQuestion {
  fromMs: number;
  toMs: number;
  source?: string;
  label?: string;
  area?: readonly LonLat[] | null;
  before?: string | null;
}

const interval = (fromMs: number, toMs: number) => `${new Date(fromMs).toISOString()}/${new Date(toMs).toISOString()}`;

export function findRecordings(question: RecordingQuestion, signal?: AbortSignal): Promise<SpanList> {
  const search = new URLSearchParams({ datetime: interval(question.fromMs, question.toMs), limit: "100" });
  if (question.source) search.set("source", question.source);
  if (question.label) search.set("label", question.label);
  if (question.before) search.set("before", question.before);
  if (question.area?.length) search.set("area", question.area.map(([lon, lat]) => `${lon},${lat}`).join(" "));
  return getJson<SpanList>(`${ROOT}?${search}`, signal);
}

export const recordedSources = () => getJson<RecordedSources>(`${ROOT}/sources`);

export function getTimeline(source: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<TimelineView> {
  return getJson<TimelineView>(`${ROOT}/timeline?${new URLSearchParams({ source, datetime: interval(fromMs, toMs) })}`, signal);
}

export interface SegmentVideo {
  mime: string;
  data: ArrayBuffer;
}

export async function segmentVideo(id: string, original: string | null, signal?: AbortSignal): Promise<SegmentVideo> {
  const query = original ? `?${new URLSearchParams({ original })}` : "";
  const response = await request(`${ROOT}/segments/${encodeURIComponent(id)}/video${query}`, { signal, deadlineMs: MAKING_DEADLINE_MS });
  return { mime: response.headers.get("Content-Type") ?? "video/mp4", data: await response.arrayBuffer() };
}

const stretch = (source: string, fromMs: number, toMs: number) => ({
  source_id: source,
  started_at: new Date(fromMs).toISOString(),
  ended_at: new Date(toMs).toISOString(),
});

export const openOriginal = (source: string, fromMs: number, toMs: number, reason: string) =>
  sendJson<OriginalGrant>("POST", `${ROOT}/originals`, { json: { ...stretch(source, fromMs, toMs), reason } });

export const askForExport = (source: string, fromMs: number, toMs: number, original: boolean, reason: string) =>
  sendJson<ExportView>("POST", `${ROOT}/exports`, { json: { ...stretch(source, fromMs, toMs), original, reason } });

export const listExports = () => getJson<ExportView[]>(`${ROOT}/exports?limit=20`);
export const cancelExport = (id: string): Promise<unknown> => sendJson("DELETE", at(id));

export const exportFile = async (id: string, kind: "mp4" | "json"): Promise<Blob> =>
  (await request(at(id, `/clip.${kind}`), { deadlineMs: FETCH_DEADLINE_MS })).blob();

export const setRecording = (source: string, enabled: boolean | null, days: number | null): Promise<unknown> =>
  sendJson("PUT", `${ROOT}/sources/${encodeURIComponent(source)}/policy`, { json: { enabled, days } });

export const listHolds = (signal?: AbortSignal) => getJson<HoldView[]>(`${ROOT}/holds`, signal);

export const holdStretch = (source: string, fromMs: number, toMs: number, subject: string, until: Date): Promise<unknown> =>
  sendJson("POST", `${ROOT}/holds`, { json: { ...stretch(source, fromMs, toMs), subject, until: until.toISOString() } });

export const releaseHold = (source: string, subject: string): Promise<unknown> => sendJson("DELETE", `${ROOT}/holds?${new URLSearchParams({ source, subject })}`);

export const listReceipts = (before?: string, signal?: AbortSignal) =>
  getJson<ReceiptView[]>(`${ROOT}/receipts?${new URLSearchParams({ limit: "50", ...(before ? { before } : {}) })}`, signal);
