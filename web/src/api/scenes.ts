/** Scenes of sources by edition. */
import type { Feature, Geometry } from "geojson";
import { getJson, sendJson } from "./client";
import type { SceneBrief, SceneView } from "./types";

export type SceneFeature = Omit<Feature<Geometry | null>, "properties"> & { properties: Record<string, unknown> };
export type Scene = Omit<SceneView, "features"> & { features: SceneFeature[] };

const at = (source: string, rest = "") => `/api/v1/scenes/${encodeURIComponent(source)}${rest}`;

export const getScene = (source: string, edition?: number) => getJson<Scene>(at(source, edition === undefined ? "" : `?edition=${edition}`));

/** Newest first. */
export const listEditions = async (source: string) => (await getJson<{ items: SceneBrief[] }>(at(source, "/editions"))).items;

/** The edition after `based`, 0 where there is none yet; refused (412) when somebody else was faster. */
export const saveScene = (source: string, based: number, features: SceneFeature[]) =>
  sendJson<Scene>("PUT", at(source), { json: { features }, headers: { "If-Match": `"${based}"` } });
