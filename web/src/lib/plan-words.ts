/** Numbers of a plan, as labels and values. */
import type { LegView } from "../api/schema";
import type { PlanStatistics } from "../api/types";
import { t } from "./i18n.svelte";
import { area, bytes, centimetres, degrees, duration, length, metres, percent, plain, seconds, speed, wattHours } from "./units";

/** Never none of a battery that is begun. */
export const batteries = (number: number | null | undefined) => (number == null ? null : plain(Math.max(0.1, Math.round(number * 10) / 10)));

/** Members in the order they are read: the flight, the photos, the ground. Null: nothing to say of it. */
export function statisticsFacts(numbers: Partial<PlanStatistics>) {
  const { trigger_m, speed_mps, sorties, gsd_min_cm, gsd_max_cm, footprint_across_m, footprint_along_m, front_overlap_min, side_overlap_min } = numbers;
  const say = <T>(value: T | null | undefined, words: (known: T) => string | null) => (value == null ? null : words(value));
  const both = <T, U>(one: T | null | undefined, other: U | null | undefined, words: (one: T, other: U) => string) => say(one, (known) => say(other, (too) => words(known, too)));
  const all: [string, string | null][] = [
    [t("stats.area"), say(numbers.area_m2, area)],
    [t("stats.distance"), say(numbers.distance_m, length)],
    [t("stats.duration"), say(numbers.duration_s, duration)],
    [t("stats.energy"), say(numbers.energy_wh, wattHours)],
    [t("stats.batteries"), batteries(numbers.batteries)],
    [t("stats.sorties"), say(sorties, (many) => (many > 1 ? plain(many) : null))],
    [t("stats.largest_sortie"), say(numbers.largest_sortie_s, (longest) => ((sorties ?? 1) > 1 ? duration(longest) : null))],
    [t("stats.speed"), say(speed_mps, speed)],
    [t("stats.altitude"), say(numbers.altitude_m, metres)],
    [t("stats.least_agl"), say(numbers.least_agl_m, (least) => metres(least, 1))],
    [t("stats.lines"), say(numbers.lines, plain)],
    [t("stats.angle"), say(numbers.angle_deg, degrees)],
    [t("stats.line_spacing"), say(numbers.line_spacing_m, (apart) => metres(apart, 1))],
    [t("stats.photos"), say(numbers.photos, plain)],
    [t("stats.trigger"), both(trigger_m, speed_mps, (apart, fast) => t("stats.trigger.every", { length: metres(apart, 1), time: seconds(apart / fast) }))],
    [t("stats.data"), say(numbers.data_bytes, bytes)],
    [t("stats.gsd"), say(numbers.gsd_cm, centimetres)],
    [t("stats.gsd_spread"), both(gsd_min_cm, gsd_max_cm, (finest, coarsest) => legResolution([finest, coarsest]))],
    [t("stats.footprint"), both(footprint_across_m, footprint_along_m, (across, along) => t("stats.footprint.of", { across: metres(across), along: metres(along) }))],
    [t("stats.covered"), say(numbers.covered_share, percent)],
    [t("stats.overlapping"), say(numbers.overlapping_share, percent)],
    [t("stats.least_overlap"), both(front_overlap_min, side_overlap_min, (front, side) => `${percent(front)} · ${percent(side)}`)],
    [t("stats.in_zones"), say(numbers.in_zones_m, length)],
  ];
  return all.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

/** Of a plan made elsewhere, or out of parts of another, what its legs say: without turns and climbs the time is the least. */
export function legsFacts(legs: readonly LegView[]) {
  const least = Math.min(...legs.map((leg) => leg.least_agl_m ?? Infinity));
  const leastS = legs.reduce((sum, leg) => sum + (leg.speed_mps ? leg.length_m / leg.speed_mps : 0), 0);
  return [
    { label: t("stats.distance"), value: length(legs.reduce((sum, leg) => sum + leg.length_m, 0)) },
    { label: t("stats.least_duration"), value: duration(leastS) },
    ...(Number.isFinite(least) ? [{ label: t("stats.least_agl"), value: metres(least, 1) }] : []),
  ];
}

const UNITS: [RegExp, (value: number) => string][] = [
  [/_m2$/, area],
  [/_mps$/, speed],
  [/_cm$/, centimetres],
  [/_deg$/, degrees],
  [/_wh$/, wattHours],
  [/_bytes$/, bytes],
  [/_s$/, duration],
  [/^distance_m$/, length],
  [/_m$/, (value) => metres(value, value % 1 ? 1 : 0)],
  [/(_share|overlap|overlap_min)$|^reserve$/, percent],
];

/** A number with the unit that the name of its member ends with. */
export function measured(member: string, value: number): string {
  const [, words] = UNITS.find(([ending]) => ending.test(member)) ?? [];
  return words?.(value) ?? plain(Math.round(value * 100) / 100);
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
