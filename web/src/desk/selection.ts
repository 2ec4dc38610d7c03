import type { Geometry } from "geojson";
import type { Role } from "../api/types";

export type Selection =
  | { kind: "vehicle"; id: string }
  | { kind: "source"; id: string }
  | { kind: "finding"; id: string }
  | { kind: "violation"; id: string }
  | { kind: "fleet" }
  | { kind: "feature"; layer: string; properties: Record<string, unknown>; geometry: Geometry };

export type PanelId = "vehicles" | "missions" | "docks" | "flights" | "cameras" | "recordings" | "observations" | "violations" | "layers" | "audit";

export const PANELS: readonly PanelId[] = ["vehicles", "missions", "docks", "flights", "cameras", "recordings", "observations", "violations", "layers", "audit"];

/** The audit log is for administrators and officers; the server refuses the others too. */
export function mayOpen(role: Role, panel: PanelId): boolean {
  return panel !== "audit" || role === "admin" || role === "officer";
}

/** Who decides on violations; the server refuses the others too. */
export const mayReview = (role: Role) => role === "officer" || role === "admin";

/** Who sets up cameras; the server refuses the others too. */
export const mayKeep = (role: Role) => role === "operator" || role === "admin";

/** Who draws what lies before a camera; the server refuses the others too. */
export const mayDraw = (role: Role) => role === "officer" || role === "operator" || role === "admin";

/** Who may see a live picture with nothing hidden in it, for a reason. */
export const mayOpenOriginal = (role: Role) => role === "pilot" || role === "officer" || role === "admin";

/** Features are not written to the URL: their ids belong to layers that may change; things with an identity are. */
export function selectionToText(selection: Selection | null): string | null {
  return selection && selection.kind !== "feature" && selection.kind !== "fleet" ? `${selection.kind}:${selection.id}` : null;
}

export function selectionFromText(text: string | undefined): Selection | null {
  const match = /^(vehicle|source|finding|violation):(.+)$/.exec(text ?? "");
  return match ? { kind: match[1] as "vehicle" | "source" | "finding" | "violation", id: match[2] as string } : null;
}
