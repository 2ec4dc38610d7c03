import { getJson, sendJson } from "./client";
import type { CommandName, CommandParameters, CommandUpdate, Confirmation, Lease, LeaseState, Page, VehicleState, VehicleWithLease } from "./types";

const at = (vehicleId: string, rest = "") => `/api/v1/vehicles/${encodeURIComponent(vehicleId)}${rest}`;

export const listVehicles = () => getJson<Page<VehicleWithLease>>("/api/v1/vehicles");
export const getVehicle = (id: string) => getJson<VehicleState>(at(id));
export const takeLease = (id: string) => sendJson<Lease>("POST", at(id, "/lease"));
export const releaseLease = (id: string) => sendJson<undefined>("DELETE", at(id, "/lease"));
export const askForLease = (id: string, reason: string) => sendJson<LeaseState>("POST", at(id, "/lease/request"), { json: { reason } });
export const withdrawLeaseRequest = (id: string) => sendJson<undefined>("DELETE", at(id, "/lease/request"));
export const grantLease = (id: string) => sendJson<LeaseState>("POST", at(id, "/lease/grant"));
export const refuseLease = (id: string, reason: string) => sendJson<LeaseState>("POST", at(id, "/lease/refuse"), { json: { reason } });
export const takeOverLease = (id: string, reason: string) => sendJson<LeaseState>("POST", at(id, "/lease/take-over"), { json: { reason } });
export const getCommand = (id: string, commandId: string) => getJson<CommandUpdate>(at(id, `/commands/${commandId}`));

export const cancelCommand = (id: string, commandId: string) => sendJson<undefined>("DELETE", at(id, `/commands/${commandId}`));

export const confirm = (id: string, command: CommandName, parameters: CommandParameters) =>
  sendJson<Confirmation>("POST", at(id, "/confirmations"), { json: { command, parameters } });

export const sendCommand = (id: string, command: CommandName, parameters: CommandParameters, confirmation?: string) =>
  sendJson<CommandUpdate>("POST", at(id, "/commands"), {
    json: { command, parameters, ...(confirmation ? { confirmation_token: confirmation } : {}) },
  });
