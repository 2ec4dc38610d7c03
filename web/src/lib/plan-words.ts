/** Numbers of a plan, as labels and values. */
import type { LegView } from "../api/schema";
import type { PlanStatistics } from "../api/types";
import { t } from "./i18n.svelte";
import { area, centimetres, degrees, duration, length, metres, percent, plain, speed, wattHours } from "./units";

/** Never none of a battery that is begun. */
export const batteries = (number: number | null | undefined) => (number == null ? null : plain(Math.max(0.1, Math.round(number * 10) / 10)));

export function statisticsFacts(numbers: Partial<PlanStatistics>) {
  const all: [string, string | null][] = [
    [t("stats.area"), numbers.area_m2 == null ? null : area(numbers.area_m2)],
    [t("stats.distance"), numbers.distance_m == null ? null : length(numbers.distance_m)],
    [t("stats.duration"), numbers.duration_s == null ? null : duration(numbers.duration_s)],
    [t("stats.photos"), numbers.photos == null ? null : plain(numbers.photos)],
    [t("stats.gsd"), numbers.gsd_cm == null ? null : centimetres(numbers.gsd_cm)],
    [t("stats.altitude"), numbers.altitude_m == null ? null : metres(numbers.altitude_m)],
    [t("stats.lines"), numbers.lines == null ? null : String(numbers.lines)],
    [t("stats.angle"), numbers.angle_deg == null ? null : degrees(numbers.angle_deg)],
    [t("stats.energy"), numbers.energy_wh == null ? null : wattHours(numbers.energy_wh)],
    [t("stats.batteries"), batteries(numbers.batteries)],
    [t("stats.covered"), numbers.covered_share == null ? null : percent(numbers.covered_share)],
  ];
  return all.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

/** What a leg is, by the item it leads to. */
export function legName(leg: LegView): string {
  return leg.kind === "mission" ? t("mission.leg.to", { item: leg.item }) : t(`mission.leg.${leg.kind}`);
}

/** Clearance, speed and resolution of a leg, as far as they are known. */
export function legNumbers(leg: LegView): string[] {
  const above = leg.least_agl_m == null ? null : t("mission.leg.above", { height: metres(leg.least_agl_m, 1) });
  return [length(leg.length_m), above, speed(leg.speed_mps), leg.gsd_cm && legResolution(leg.gsd_cm)].filter((part) => part != null);
}

/** Centimetres a pixel: finest and coarsest where they differ to the eye. */
export function legResolution([finest, coarsest]: [number, number]): string {
  return coarsest - finest < 0.1 ? centimetres(coarsest) : `${plain(Math.round(finest * 10) / 10)}–${centimetres(coarsest)}`;
}
