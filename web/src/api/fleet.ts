import { getJson, sendJson } from "./client";
import type { CommandName, CommandParameters, Confirmation, FleetCommandView, GroupView, Page, StartsView } from "./types";

export interface Start {
  vehicle_id: string;
  mission_id: string;
}

/** Checks and uploads of many vehicles ask each of them. */
const MANY_MS = 60_000;

export const listGroups = () => getJson<Page<GroupView>>("/api/v1/groups");
export const keepGroup = (name: string, ids: string[]) => sendJson<GroupView>("POST", "/api/v1/groups", { json: { name, vehicle_ids: ids } });
export const deleteGroup = (id: string) => sendJson<undefined>("DELETE", `/api/v1/groups/${encodeURIComponent(id)}`);

/** The same to each, confirmed once; nothing is sent unless everyone can. */
export async function commandMany(ids: string[], command: CommandName, parameters: CommandParameters): Promise<FleetCommandView> {
  const json = { vehicle_ids: ids, command, parameters };
  const { confirmation_token } = await sendJson<Confirmation>("POST", "/api/v1/fleet/confirmations", { json });
  return sendJson<FleetCommandView>("POST", "/api/v1/fleet/commands", { json: { ...json, confirmation_token }, deadlineMs: MANY_MS });
}

export const uploadMany = (starts: Start[]) =>
  sendJson<FleetCommandView>("POST", "/api/v1/fleet/missions/upload", { json: { starts }, deadlineMs: MANY_MS });
export const checkStarts = (starts: Start[]) =>
  sendJson<StartsView>("POST", "/api/v1/fleet/missions/check", { json: { starts }, deadlineMs: MANY_MS });

export async function startMany(starts: Start[], accepted: [string, string][]): Promise<FleetCommandView> {
  const json = { starts, accepted };
  const { confirmation_token } = await sendJson<Confirmation>("POST", "/api/v1/fleet/missions/confirmations", { json });
  return sendJson<FleetCommandView>("POST", "/api/v1/fleet/missions/start", { json: { ...json, confirmation_token }, deadlineMs: MANY_MS });
}
