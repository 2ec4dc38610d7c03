import { getJson, request, sendJson } from "./client";
import type { CameraModel, CoverageView, Finding, Mission, Page, SurveyPreview, SurveyRequest } from "./types";

const at = (id: string, rest = "") => `/api/v1/missions/${encodeURIComponent(id)}${rest}`;

export const listMissions = () => getJson<Page<Mission>>("/api/v1/missions?limit=500");
export const getMission = (id: string) => getJson<Mission>(at(id));
export const listCameraModels = () => getJson<{ items: CameraModel[] }>("/api/v1/camera-models");

export const previewSurvey = (survey: SurveyRequest, signal?: AbortSignal) =>
  sendJson<SurveyPreview>("POST", "/api/v1/missions/preview", { json: { request: survey }, signal });

export const createMission = (name: string, survey: SurveyRequest) =>
  sendJson<Mission>("POST", "/api/v1/missions", { json: { name, request: survey } });

export const deleteMission = (id: string) => sendJson<undefined>("DELETE", at(id));

export const approveMission = (mission: Mission) =>
  sendJson<Mission>("POST", at(mission.id, "/approval"), { json: { content_hash: mission.content_hash } });

/** Suffixes of the files a mission is given out as. */
export const PLAN_FORMATS = ["plan", "waypoints", "kmz", "csv", "kml", "geojson"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

export async function downloadPlan(mission: Mission, format: PlanFormat): Promise<Blob> {
  return (await request(at(mission.id, `/plan?format=${format}`))).blob();
}

export const planLosses = (mission: Mission, format: PlanFormat) => getJson<Finding[]>(at(mission.id, `/plan-losses?format=${format}`));

/** A flight the station keeps, by its id, or a log the person has. */
export type FlownLog = string | File;
/** A log of a day takes a while to send and to read. */
const LOG_DEADLINE_MS = 600_000;

function logOf(log: FlownLog) {
  const search = new URLSearchParams(typeof log === "string" ? { flight: log } : { name: log.name });
  return { search, options: { file: typeof log === "string" ? undefined : log, deadlineMs: LOG_DEADLINE_MS } };
}

export function measureCoverage(id: string, log: FlownLog): Promise<CoverageView> {
  const { search, options } = logOf(log);
  return sendJson<CoverageView>("POST", at(id, `/coverage?${search}`), options);
}

export function proposeRefly(id: string, log: FlownLog): Promise<Mission> {
  const { search, options } = logOf(log);
  return sendJson<Mission>("POST", at(id, `/refly?${search}`), options);
}
