/** Video sources: found, asked, tried, put and removed; what happened to them. */
import { getJson, request, sendJson } from "./client";
import type { FoundCamera, OnvifCamera, OriginalGrant, SourceEvent, SourceModels, SourceTier, SourceTrial, Tier, VideoSourceEntry } from "./types";

const TRIAL_MS = 40_000;
const at = (id: string) => `/api/v1/video-sources/${encodeURIComponent(id)}`;

export const discoverCameras = (signal?: AbortSignal) => sendJson<FoundCamera[]>("POST", "/api/v1/cameras/discover", { ...(signal ? { signal } : {}) });

export const cameraProfiles = (address: string, user: string, password: string) =>
  sendJson<OnvifCamera>("POST", "/api/v1/cameras/profiles", { json: { address, user, password }, deadlineMs: TRIAL_MS });

export const trySource = (url: string) => sendJson<SourceTrial>("POST", "/api/v1/cameras/trial", { json: { url }, deadlineMs: TRIAL_MS });

export async function putSource(id: string, entry: VideoSourceEntry): Promise<void> {
  await request(at(id), { method: "PUT", json: entry });
}

/** The live picture with nothing hidden in it; the reason is kept in the audit log. */
export const openLiveOriginal = (id: string, reason: string) => sendJson<OriginalGrant>("POST", `${at(id)}/originals`, { json: { reason } });

export async function deleteSource(id: string): Promise<void> {
  await request(at(id), { method: "DELETE" });
}

export const sourceTier = (id: string) => getJson<SourceTier>(`${at(id)}/tier`);

/** How closely it is looked at; null leaves it to the settings. */
export const chooseTier = (id: string, tier: Tier | null) => sendJson<SourceTier>("PUT", `${at(id)}/tier`, { json: { tier } });

export const sourceModels = (id: string) => getJson<SourceModels>(`${at(id)}/models`);

/** What it is looked at with besides the default model. */
export const chooseModels = (id: string, models: readonly string[]) => sendJson<SourceModels>("PUT", `${at(id)}/models`, { json: { models } });

export const sourceEvents = (id: string) => getJson<SourceEvent[]>(`/api/v1/source-events?source_id=${encodeURIComponent(id)}&limit=20`);
