import { request, sendJson } from "./client";
import type { CameraModel, DetectorView } from "./types";

/** What a person enters of a camera; the server says in sentences what is wrong with it. */
export type CameraEntry = Omit<CameraModel, "origin">;

const at = (id = "") => `/api/v1/camera-models${id && `/${encodeURIComponent(id)}`}`;

export const createCameraModel = (entry: CameraEntry) => sendJson<CameraModel>("POST", at(), { json: entry });

export function changeCameraModel({ id, ...members }: CameraEntry): Promise<CameraModel> {
  return sendJson<CameraModel>("PUT", at(id), { json: members });
}

export async function deleteCameraModel(id: string): Promise<void> {
  await request(at(id), { method: "DELETE" });
}

export async function listDetectors(): Promise<readonly DetectorView[]> {
  const answer = await request("/api/v1/detectors");
  return ((await answer.json()) as { items: DetectorView[] }).items;
}
