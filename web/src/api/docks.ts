import { getJson, sendJson } from "./client";
import type { DockDeed, DockStatus, Page } from "./types";

const at = (id: string, rest = "") => `/api/v1/docks/${encodeURIComponent(id)}${rest}`;

export interface DockSetup {
  name: string;
  device: string;
  lon_deg: number;
  lat_deg: number;
  vehicle_id: string | null;
  wind_limit_mps: number;
  rain_limit_mm_h: number;
}

export const listDocks = () => getJson<Page<DockStatus>>("/api/v1/docks");
export const dockHistory = (id: string) => getJson<Page<DockDeed>>(at(id, "/history"));
export const setUpDock = (setup: DockSetup) => sendJson<DockStatus>("POST", "/api/v1/docks", { json: setup });
export const deleteDock = (id: string) => sendJson<undefined>("DELETE", at(id));
export const askDock = (id: string, what: "open" | "close" | "charge") => sendJson<DockStatus>("POST", at(id, `/${what}`));
