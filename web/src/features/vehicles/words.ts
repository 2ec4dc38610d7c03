/** A vehicle's condition in words and a tone; shared by list, strip and panel. */
import type { VehicleState } from "../../api/types";
import type { Desk } from "../../desk/desk.svelte";
import { maybe, t } from "../../lib/i18n.svelte";
import { duration, percent } from "../../lib/units";

export type Tone = "plain" | "accent" | "ok" | "warn" | "danger";

const BATTERY_LOW = 0.3;
const BATTERY_CRITICAL = 0.15;
const FIX_3D = 3;

export function condition(desk: Desk, state: VehicleState): { text: string; tone: Tone } {
  const freshness = desk.fleet.freshness(state.vehicle_id);
  const age = duration(desk.fleet.linkAgeS(state.vehicle_id));
  if (freshness === "lost") return { text: t("vehicle.lost"), tone: "danger" };
  if (freshness === "stale") return { text: t("vehicle.stale", { age }), tone: "warn" };
  if (state.flying) return { text: t("vehicle.flying"), tone: "accent" };
  if (state.armed) return { text: t("vehicle.armed"), tone: "warn" };
  return { text: t("vehicle.disarmed"), tone: "plain" };
}

export function battery(state: VehicleState): { text: string; tone: Tone } {
  const share = state.battery?.remaining_fraction;
  if (share == null) return { text: "–", tone: "plain" };
  return { text: percent(share), tone: share <= BATTERY_CRITICAL ? "danger" : share <= BATTERY_LOW ? "warn" : "plain" };
}

/** Modes that stop the vehicle or bring it home; every other one may need sticks or a person who watches. */
const GENTLE: ReadonlySet<string> = new Set(["BRAKE", "LOITER", "POSHOLD", "HOLD", "RTL", "SMART_RTL", "QLOITER", "QRTL"]);

export const changesGently = (mode: string): boolean => GENTLE.has(mode);

export function gnss(state: VehicleState): { text: string; tone: Tone } {
  if (!state.gps) return { text: "–", tone: "warn" };
  const fix = maybe(`gps.${state.gps.fix_type}`) ?? String(state.gps.fix_type);
  const satellites = state.gps.satellites === null ? "" : ` · ${t("gps.satellites", { n: state.gps.satellites })}`;
  return { text: fix + satellites, tone: state.gps.fix_type < FIX_3D ? "warn" : "plain" };
}

export function kindOf(state: VehicleState): string {
  const kind = maybe(`type.${state.vehicle_type}`) ?? state.vehicle_type;
  return `${kind} · ${maybe(`autopilot.${state.autopilot}`) ?? state.autopilot}`;
}
