import type { FeatureCollection, Geometry } from "geojson";
import { getJson, request, sendJson } from "./client";
import type {
  CameraModel,
  CertificateView,
  CoverageView,
  Finding,
  Mission,
  MissionDifference,
  MissionRevision,
  MissionTemplate,
  Page,
  PatternInfo,
  PlanPreview,
  PlanRequest,
  ProfileView,
} from "./types";

const MISSIONS = "/api/v1/missions";
const TEMPLATES = `${MISSIONS}/templates`;
const PLANNING_DEADLINE_MS = 40_000;
const missionAt = (id: string, rest = "") => `${MISSIONS}/${encodeURIComponent(id)}${rest}`;
const tag = (mission: Mission) => ({ "If-Match": `"${mission.revision}"` });

export const listMissions = () => getJson<Page<Mission>>(`${MISSIONS}?limit=500`);
export const getMission = (id: string) => getJson<Mission>(missionAt(id));
export const listCameraModels = () => getJson<{ items: CameraModel[] }>("/api/v1/camera-models");
export const listPatterns = () => getJson<{ items: PatternInfo[] }>(`${MISSIONS}/patterns`);

export const previewPlan = (plan: PlanRequest, signal?: AbortSignal) =>
  sendJson<PlanPreview>("POST", `${MISSIONS}/preview`, { json: { request: plan }, signal, deadlineMs: PLANNING_DEADLINE_MS });

export const missionProfile = (id: string, signal?: AbortSignal) => getJson<ProfileView>(missionAt(id, "/profile"), signal);

/** Every leg and return against zones and fence, for a start at a time; without one every zone counts. */
export const missionCertificate = (id: string, at: string | null, signal?: AbortSignal) =>
  getJson<CertificateView>(missionAt(id, `/certificate${at ? `?${new URLSearchParams({ at })}` : ""}`), signal);

export const createMission = (name: string, plan: PlanRequest) =>
  sendJson<Mission>("POST", MISSIONS, { json: { name, request: plan }, deadlineMs: PLANNING_DEADLINE_MS });

/** A new revision of a mission; refused when somebody else was faster. */
export const reviseMission = (mission: Mission, name: string, plan: PlanRequest) =>
  sendJson<Mission>("PUT", missionAt(mission.id), { json: { name, request: plan }, headers: tag(mission), deadlineMs: PLANNING_DEADLINE_MS });

export const deleteMission = (id: string) => sendJson<undefined>("DELETE", missionAt(id));

export const approveMission = (mission: Mission) =>
  sendJson<Mission>("POST", missionAt(mission.id, "/approval"), { json: { content_hash: mission.content_hash } });

export const listRevisions = (id: string) => getJson<{ items: MissionRevision[] }>(missionAt(id, "/revisions"));

export const compareRevisions = (id: string, before: number, after: number) =>
  getJson<MissionDifference>(missionAt(id, `/revisions/${after}/difference?against=${before}`));

export const restoreRevision = (mission: Mission, revision: number) =>
  sendJson<Mission>("POST", missionAt(mission.id, `/revisions/${revision}/restoration`), { headers: tag(mission) });

export const listTemplates = () => getJson<{ items: MissionTemplate[] }>(TEMPLATES);
export const createTemplate = (name: string, plan: PlanRequest) => sendJson<MissionTemplate>("POST", TEMPLATES, { json: { name, request: plan } });
export const changeTemplate = (id: string, name: string, plan: PlanRequest) => sendJson<MissionTemplate>("PUT", `${TEMPLATES}/${id}`, { json: { name, request: plan } });
export const deleteTemplate = (id: string) => sendJson<undefined>("DELETE", `${TEMPLATES}/${id}`);

export interface Proposal {
  source: { kind: "report" | "observation" | "violation" | "fibre_fault" | "cleanup_site" | "camera" | "feature"; id: string };
  geometry: Geometry;
  reason: string;
  name?: string;
}
export const proposeMission = (proposal: Proposal) => sendJson<Mission>("POST", `${MISSIONS}/proposals`, { json: proposal });

/** A file of another program takes a while to send and to read. */
const FILE_DEADLINE_MS = 120_000;

export async function importMission(file: File, signal?: AbortSignal): Promise<Mission> {
  const dot = file.name.lastIndexOf(".");
  const query = new URLSearchParams({ name: file.name.slice(0, dot), format: file.name.slice(dot + 1).toLowerCase() });
  return sendJson<Mission>("POST", `${MISSIONS}/import?${query}`, { body: file, signal, deadlineMs: FILE_DEADLINE_MS });
}

/** Areas, lines and points of a drawing; nothing is kept. */
export const readDrawing = (file: File, signal?: AbortSignal) =>
  sendJson<FeatureCollection>("POST", `/api/v1/drawings/reading?${new URLSearchParams({ name: file.name })}`, { body: file, signal, deadlineMs: FILE_DEADLINE_MS });

/** Suffixes of the files a mission is given out as. */
export const PLAN_FORMATS = ["plan", "waypoints", "kmz", "csv", "kml", "geojson"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

export async function downloadPlan(mission: Mission, format: PlanFormat): Promise<Blob> {
  return (await request(missionAt(mission.id, `/plan?format=${format}`))).blob();
}

export const planLosses = (mission: Mission, format: PlanFormat) => getJson<Finding[]>(missionAt(mission.id, `/plan-losses?format=${format}`));

/** A flight the station keeps, by its id, or a log the person has. */
export type FlownLog = string | File;
/** A log of a day takes a while to send and to read. */
const LOG_DEADLINE_MS = 600_000;

function logOf(log: FlownLog) {
  const search = new URLSearchParams(typeof log === "string" ? { flight: log } : { name: log.name });
  return { search, options: { body: typeof log === "string" ? undefined : log, deadlineMs: LOG_DEADLINE_MS } };
}

export function measureCoverage(id: string, log: FlownLog, signal?: AbortSignal): Promise<CoverageView> {
  const { search, options } = logOf(log);
  return sendJson<CoverageView>("POST", missionAt(id, `/coverage?${search}`), { ...options, signal });
}

export function proposeRefly(id: string, log: FlownLog, signal?: AbortSignal): Promise<Mission> {
  const { search, options } = logOf(log);
  return sendJson<Mission>("POST", missionAt(id, `/refly?${search}`), { ...options, signal });
}
