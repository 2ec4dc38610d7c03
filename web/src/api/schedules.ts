import { getJson, sendJson } from "./client";
import type { Page, ScheduleView } from "./types";

export interface ScheduleSetup {
  name: string;
  target_kind: "fibre_segment" | "cleanup_site" | "polygon";
  target_id?: string;
  area?: GeoJSON.Polygon;
  every_days: number;
}

const URL = "/api/v1/schedules";

export const listSchedules = () => getJson<Page<ScheduleView>>(URL);
export const createSchedule = (setup: ScheduleSetup) => sendJson<ScheduleView>("POST", URL, { json: setup });
export const deleteSchedule = (id: string) => sendJson<undefined>("DELETE", `${URL}/${encodeURIComponent(id)}`);
export const proposeNow = (id: string) => sendJson<ScheduleView>("POST", `${URL}/${encodeURIComponent(id)}/proposal`);
