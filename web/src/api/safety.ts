import { getJson, sendJson } from "./client";
import type { AuditPage, AuditVerdictView, PreflightView } from "./types";

export type Purpose = "takeoff" | "mission";

const at = (vehicleId: string, rest = "") => `/api/v1/vehicles/${encodeURIComponent(vehicleId)}/preflight${rest}`;

export const getPreflight = (id: string, purpose: Purpose, fresh: boolean) =>
  getJson<PreflightView>(at(id, `?purpose=${purpose}&fresh=${fresh}`));
export const enterWind = (id: string, speedMps: number, fromDeg: number) =>
  sendJson<undefined>("PUT", at(id, "/wind"), { json: { speed_mps: speedMps, from_deg: fromDeg } });
export const signOverride = (id: string, purpose: Purpose, reason: string, codes: string[]) =>
  sendJson<PreflightView>("POST", at(id, "/override"), { json: { purpose, reason, codes } });

export interface AuditFilter {
  actor?: string;
  action?: string;
  subject?: string;
}

export const listAudit = (filter: AuditFilter, before?: number) =>
  getJson<AuditPage>(`/api/v1/audit?${new URLSearchParams({ ...filter, ...(before ? { before: String(before) } : {}) })}`);
export const verifyAudit = () => getJson<AuditVerdictView>("/api/v1/audit/verify");
