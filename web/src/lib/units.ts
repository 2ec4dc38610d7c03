/** Every number shown to a person is formatted here: metric, in the chosen language, local time of Aktau. */
import { language, t } from "./i18n.svelte";

const TIME_ZONE = "Asia/Aqtau";
const NONE = "–";

type Value = number | null | undefined;

function number(value: number, digits: number): string {
  // A height of -0.04 m is shown as 0, not as -0.
  const shown = Number(value.toFixed(digits)) === 0 ? 0 : value;
  return shown.toLocaleString(language.current, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function metres(value: Value, digits = 0): string {
  return value == null ? NONE : `${number(value, digits)} ${t("unit.m")}`;
}

/** Metres under 1 km, kilometres above. */
export function length(value: Value): string {
  if (value == null) return NONE;
  return value < 1000 ? metres(value) : `${number(value / 1000, value < 10_000 ? 2 : 1)} ${t("unit.km")}`;
}

export function area(squareMetres: Value): string {
  if (squareMetres == null) return NONE;
  if (squareMetres < 10_000) return `${number(squareMetres, 0)} ${t("unit.m2")}`;
  const hectares = squareMetres / 10_000;
  return hectares < 1000 ? `${number(hectares, hectares < 100 ? 2 : 0)} ${t("unit.ha")}` : `${number(hectares / 100, 1)} ${t("unit.km2")}`;
}

export function speed(value: Value): string {
  return value == null ? NONE : `${number(value, 1)} ${t("unit.mps")}`;
}

export function percent(fraction: Value): string {
  return fraction == null ? NONE : `${number(fraction * 100, 0)} %`;
}

export function degrees(value: Value): string {
  return value == null ? NONE : `${number((value + 360) % 360, 0)}°`;
}

export function centimetres(value: Value): string {
  return value == null ? NONE : `${number(value, 1)} ${t("unit.cm")}`;
}

export function seconds(value: Value, digits = 1): string {
  return value == null ? NONE : `${number(value, digits)} ${t("unit.s")}`;
}

/** A stretch of time: "45 s", "12 min", "1 h 05 min". */
export function duration(value: Value): string {
  if (value == null) return NONE;
  if (value < 60) return `${number(Math.max(0, Math.floor(value)), 0)} ${t("unit.s")}`;
  const minutes = Math.round(value / 60);
  if (minutes < 60) return `${number(minutes, 0)} ${t("unit.min")}`;
  return `${number(Math.floor(minutes / 60), 0)} ${t("unit.h")} ${String(minutes % 60).padStart(2, "0")} ${t("unit.min")}`;
}

/** Decimal degrees with hemisphere, about 1 m fine: "43.65012° N, 51.16004° E". */
export function coordinates(lon: number, lat: number): string {
  const part = (value: number, plus: string, minus: string) => `${Math.abs(value).toFixed(5)}° ${value < 0 ? minus : plus}`;
  return `${part(lat, "N", "S")}, ${part(lon, "E", "W")}`;
}

export function clock(instant: string | Date): string {
  return new Date(instant).toLocaleTimeString(language.current, { timeZone: TIME_ZONE, hour12: false });
}

export function dateTime(instant: string | Date): string {
  const options = { timeZone: TIME_ZONE, dateStyle: "medium", timeStyle: "short", hour12: false } as const;
  return new Date(instant).toLocaleString(language.current, options);
}

export function date(instant: string | Date): string {
  return new Date(instant).toLocaleDateString(language.current, { timeZone: TIME_ZONE, dateStyle: "medium" });
}
