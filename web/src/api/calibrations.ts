import { getJson, sendJson } from "./client";
import type { CameraCalibrationFitView, CameraCalibrationHistory, LonLat } from "./types";

export interface CalibrationPoints {
  image_size_px: [number, number];
  points: { px: [number, number]; lonlat: LonLat }[];
  known?: { position?: LonLat; hfov_deg?: number };
}

const at = (source: string, rest = "") => `/api/v1/video-sources/${encodeURIComponent(source)}/calibrations${rest}`;

export const fitCalibration = (source: string, points: CalibrationPoints, signal?: AbortSignal) =>
  sendJson<CameraCalibrationFitView>("POST", at(source, "/fit"), { json: points, ...(signal ? { signal } : {}) });

export const keepCalibration = (source: string, points: CalibrationPoints, note: string, still: string | null) =>
  sendJson<CameraCalibrationFitView>("POST", at(source), { json: { ...points, note, still } });

export const calibrationHistory = (source: string) => getJson<CameraCalibrationHistory>(at(source));
