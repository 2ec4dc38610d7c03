/** Rules in words: their names, what was measured, and why a computer took it for a violation. */
import { language, maybe, t } from "./i18n.svelte";

/** Those with a name on the map; others are called as the server calls them. */
export const RULES = [
  "speeding", "red_light", "stop_line", "solid_line", "wrong_way", "overtaking", "forbidden_turn", "rail_crossing", "shoulder", "bus_lane",
  "no_entry", "restricted_zone", "box_junction", "illegal_stop", "stalled", "no_priority", "closed_area",
] as const;

export const ruleName = (rule: string) => maybe(`rule.${rule}`) ?? rule;

interface Measured {
  value: number;
  uncertainty: number;
  limit: number;
  unit: string;
}

const number = (value: number) => new Intl.NumberFormat(language.current === "kk" ? "ru" : language.current, { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 }).format(value);

export const unitName = (unit: string) => maybe(`unit.${unit === "km/h" ? "kmh" : unit}`) ?? unit;

/** "87 ± 4 km/h" */
export const measured = ({ value, uncertainty, unit }: Omit<Measured, "limit">) => `${number(value)} ± ${number(uncertainty)} ${unitName(unit)}`;

export const limited = ({ limit, unit }: Pick<Measured, "limit" | "unit">) => `${number(limit)} ${unitName(unit)}`;

/** How far from the limit the value is at the least, in shares of the room a gauge shows; null without a measure. */
export function gauge({ value, uncertainty, limit }: Measured): { low: number; value: number; high: number; limit: number } {
  const ends = [limit, value - uncertainty, value + uncertainty];
  const [least, most] = [Math.min(...ends, 0), Math.max(...ends)];
  const room = (most - least || 1) * 1.12;
  const at = (one: number) => Math.min(1, Math.max(0, (one - least) / room));
  return { low: at(value - uncertainty), value: at(value), high: at(value + uncertainty), limit: at(limit) };
}

/** One sentence a driver understands. */
export function whyInWords(rule: string, measure: Measured | null): string {
  const text = measure ? maybe(`rule.why.${rule}`, { value: measured(measure), limit: limited(measure) }) : maybe(`rule.why.${rule}`);
  return text === null || /\{\w+\}/.test(text) ? t("rule.why.other", { rule: ruleName(rule) }) : text;
}

interface Reason {
  code: string;
  text: string;
  value: number | null;
  wanted: number | null;
  feature: string | null;
}

/** What speaks against judging by a source; in the server's own words where the dictionary has none. */
export function unsuitedInWords({ code, text, value, wanted, feature }: Reason): string {
  const told = maybe(`suited.${code}`, { value: value === null ? "–" : number(value), wanted: wanted === null ? "–" : number(wanted) });
  return told === null ? text : feature === null ? told : `${feature}: ${told}`;
}

const troubles = (codes: string) => codes.split(", ").map((code) => maybe(`source.trouble.${code}`) ?? code).join(", ");

/** Why rules of a source are suspended: its troubles. */
export const suspendedInWords = (why: string | null) => (why === null ? "" : troubles(why));

/** Why a case is doubtful; in the server's own words where the dictionary has none. */
export function doubtInWords(why: string): string {
  const source = /^source: (.+)$/.exec(why)?.[1];
  if (source) return t("doubt.source", { what: troubles(source) });
  const [, order, reason] = /^Legal order (\S+) was revoked: (.+)$/s.exec(why) ?? [];
  return order && reason ? t("doubt.order", { order, why: reason }) : why;
}
