/** Cameras and gimbals of vehicles: what they are asked to do. */
import { getJson, sendJson } from "./client";
import type { CameraState, GimbalState, LookingAt, PhotoList, PhotoTaken } from "./schema";
import type { LonLat } from "./types";

const at = (vehicleId: string, rest: string) => `/api/v1/vehicles/${encodeURIComponent(vehicleId)}/${rest}`;

/** The camera is asked, acknowledges, and must show what it does. */
const ACTION_MS = 25_000;

const put = <T>(id: string, rest: string, json: object) => sendJson<T>("PUT", at(id, rest), { json, deadlineMs: ACTION_MS });
const drop = <T>(id: string, rest: string) => sendJson<T>("DELETE", at(id, rest), { deadlineMs: ACTION_MS });

export const listPhotos = (id: string) => getJson<PhotoList>(at(id, "photos?limit=2000"));
export const takePhoto = (id: string, camera: number) =>
  sendJson<PhotoTaken>("POST", at(id, "camera/photo"), { json: { camera }, deadlineMs: ACTION_MS });
export const startSeries = (id: string, camera: number, intervalS: number) =>
  put<CameraState>(id, "camera/series", { camera, interval_s: intervalS });
export const stopSeries = (id: string, camera: number) => drop<CameraState>(id, `camera/series?camera=${camera}`);
export const startVideo = (id: string, camera: number) => put<CameraState>(id, "camera/video", { camera });
export const stopVideo = (id: string, camera: number) => drop<CameraState>(id, `camera/video?camera=${camera}`);
export const setCameraMode = (id: string, camera: number, mode: string) => put<CameraState>(id, "camera/mode", { camera, mode });
export const setZoom = (id: string, camera: number, percent: number) => put<CameraState>(id, "camera/zoom", { camera, percent });
export const takeGimbal = (id: string, gimbal: number) => put<GimbalState>(id, "gimbal/control", { gimbal });
export const releaseGimbal = (id: string, gimbal: number) => drop<GimbalState>(id, `gimbal/control?gimbal=${gimbal}`);
export const pointGimbal = (id: string, gimbal: number, pitchDeg: number, yawDeg: number) =>
  put<GimbalState>(id, "gimbal/angles", { gimbal, pitch_deg: pitchDeg, yaw_deg: yawDeg });
/** Without an altitude the station takes the ground of its elevation model, or the level of home, and says which. */
export const lookAt = (id: string, to: LonLat, altitudeAmslM: number | null) =>
  put<LookingAt>(id, "roi", { lon_deg: to[0], lat_deg: to[1], ...(altitudeAmslM === null ? {} : { altitude_amsl_m: altitudeAmslM }) });
export const lookNowhere = (id: string) => drop<GimbalState>(id, "roi");

/** Makes a stream of a vehicle's camera a source that can be watched. */
export const addVideoSource = (sourceId: string, name: string, url: string, vehicleId: string, hfovDeg: number | null) =>
  sendJson<undefined>("PUT", `/api/v1/video-sources/${encodeURIComponent(sourceId)}`, {
    json: { category: "drone", name_en: name, name_ru: name, name_kk: name, url, vehicle_id: vehicleId, hfov_deg: hfovDeg },
  });
