import { getJson, request, sendJson } from "./client";
import type { CameraModel, Finding, Mission, Page, ProfileView, SurveyPreview, SurveyRequest } from "./types";

const at = (id: string, rest = "") => `/api/v1/missions/${encodeURIComponent(id)}${rest}`;

export const listMissions = () => getJson<Page<Mission>>("/api/v1/missions?limit=500");
export const getMission = (id: string) => getJson<Mission>(at(id));
export const listCameraModels = () => getJson<{ items: CameraModel[] }>("/api/v1/camera-models");

export const previewSurvey = (survey: SurveyRequest, signal?: AbortSignal) =>
  sendJson<SurveyPreview>("POST", "/api/v1/missions/preview", { json: { request: survey }, signal });

export const missionProfile = (id: string, signal?: AbortSignal) => getJson<ProfileView>(at(id, "/profile"), signal);

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
