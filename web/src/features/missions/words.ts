import type { MissionState, SurveyStatistics } from "../../api/types";
import { t } from "../../lib/i18n.svelte";
import { area, centimetres, degrees, duration, length, metres, percent, plain } from "../../lib/units";

const TONES = { proposed: "warn", draft: "plain", approved: "accent", uploaded: "accent", flying: "warn", flown: "ok", failed: "danger" } as const;

export function stateTone(state: MissionState) {
  return TONES[state];
}

export function statisticsFacts(numbers: Partial<SurveyStatistics>) {
  const all: [string, string | null][] = [
    [t("stats.area"), numbers.area_m2 === undefined ? null : area(numbers.area_m2)],
    [t("stats.distance"), numbers.distance_m === undefined ? null : length(numbers.distance_m)],
    [t("stats.duration"), numbers.duration_s === undefined ? null : duration(numbers.duration_s)],
    [t("stats.photos"), numbers.photos === undefined ? null : plain(numbers.photos)],
    [t("stats.gsd"), numbers.gsd_cm === undefined ? null : centimetres(numbers.gsd_cm)],
    [t("stats.altitude"), numbers.altitude_m === undefined ? null : metres(numbers.altitude_m)],
    [t("stats.lines"), numbers.lines === undefined ? null : String(numbers.lines)],
    [t("stats.angle"), numbers.angle_deg === undefined ? null : degrees(numbers.angle_deg)],
    [t("stats.covered"), numbers.covered_share === undefined ? null : percent(numbers.covered_share)],
  ];
  return all.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}
