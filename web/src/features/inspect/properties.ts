/** Properties of a feature as labels and values a person reads: no raw keys, no codes, no ISO instants. */
import { maybe, t } from "../../lib/i18n.svelte";
import { area, date, dateTime, length, metres, percent, plain } from "../../lib/units";

/** Shown in the head of the panel, or of no use to a person. */
const HIDDEN = new Set(["id", "name", "name_kk", "name_ru", "name_en", "geometry", "layer", "calibration"]);

const UNITS: [suffix: string, show: (value: number) => string][] = [
  ["_m2", area],
  ["_m3", (value) => `${plain(value)} ${t("unit.m3")}`],
  ["_ha", (value) => area(value * 10_000)],
  ["_km", (value) => length(value * 1000)],
  ["_kmh", (value) => `${plain(value)} ${t("unit.kmh")}`],
  ["_m", (value) => metres(value)],
  ["_fraction", percent],
];

export interface Fact {
  label: string;
  value: string;
}

export function readable(properties: Record<string, unknown>): Fact[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (HIDDEN.has(key) || value === null || value === undefined || value === "" || typeof value === "object") return [];
    return [{ label: maybe(`field.${key}`) ?? spaced(key), value: shown(key, value) }];
  });
}

function shown(key: string, value: unknown): string {
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (typeof value === "number") {
    const unit = UNITS.find(([suffix]) => key.endsWith(suffix));
    return unit ? unit[1](value) : key === "season" ? String(value) : plain(value);
  }
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return dateTime(text);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return date(text);
  return maybe(`value.${text}`) ?? text;
}

function spaced(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
