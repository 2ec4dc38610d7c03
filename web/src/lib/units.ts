/** Every number shown to a person is formatted here: metric, in the chosen language, local time of Aktau. */
import { language, t } from "./i18n.svelte";

// Browsers ship Kazakh without its numbers and dates ("2026 M11 23", "12,345.6"); Kazakhstan writes numbers as Russian does.
const numberLocale = () => (language.current === "kk" ? "ru" : language.current);
const KAZAKH_MONTHS = ["қаң.", "ақп.", "нау.", "сәу.", "мам.", "мау.", "шіл.", "там.", "қыр.", "қаз.", "қар.", "жел."];

export const TIME_ZONE = "Asia/Aqtau";
/** What is not known. */
export const NONE = "–";

type Value = number | null | undefined;

function number(value: number, digits: number): string {
  // A height of -0.04 m is shown as 0, not as -0.
  const shown = Number(value.toFixed(digits)) === 0 ? 0 : value;
  return shown.toLocaleString(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
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

/** Speed of a road user, with the doubt that holds the truth with 95 % probability. */
export function speedWithDoubt(mps: number, sigmaMps: number | null): string {
  const doubt = sigmaMps === null ? "" : ` ± ${number(2 * sigmaMps * 3.6, 1)}`;
  return `${number(mps * 3.6, 1)}${doubt} ${t("unit.kmh")}`;
}

export function rain(value: Value): string {
  return value == null ? NONE : `${number(value, 1)} ${t("dock.mmh")}`;
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

export function watts(value: Value): string {
  return value == null ? NONE : `${number(value, 0)} ${t("unit.w")}`;
}

export function wattHours(value: Value): string {
  return value == null ? NONE : `${number(value, 0)} ${t("unit.wh")}`;
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

/** Sizes of files: "812 B", "3.4 MB". */
export function bytes(value: Value): string {
  if (value == null) return NONE;
  if (value < 1000) return `${number(value, 0)} ${t("unit.b")}`;
  if (value < 1e6) return `${number(value / 1e3, 0)} ${t("unit.kb")}`;
  return value < 1e9 ? `${number(value / 1e6, 1)} ${t("unit.mb")}` : `${number(value / 1e9, 1)} ${t("unit.gb")}`;
}

/** A count or a number without a unit. */
export function plain(value: Value): string {
  return value == null ? NONE : value.toLocaleString(numberLocale());
}

export function clock(instant: string | Date): string {
  return new Date(instant).toLocaleTimeString(numberLocale(), { timeZone: TIME_ZONE, hour12: false });
}

export function dateTime(instant: string | Date): string {
  const time = new Date(instant).toLocaleTimeString(numberLocale(), { timeZone: TIME_ZONE, timeStyle: "short", hour12: false });
  return `${date(instant)}, ${time}`;
}

export function date(instant: string | Date): string {
  const then = new Date(instant);
  if (language.current !== "kk") return then.toLocaleDateString(dateLocale(), { timeZone: TIME_ZONE, dateStyle: "medium" });
  const parts = new Intl.DateTimeFormat("en", { timeZone: TIME_ZONE, year: "numeric", month: "numeric", day: "numeric" });
  const [month = "1", day = "", year = ""] = parts.format(then).split("/");
  return `${year} ж. ${day} ${KAZAKH_MONTHS[Number(month) - 1]}`;
}

/** English as Kazakhstan writes it: day first. */
function dateLocale(): string {
  return language.current === "en" ? "en-GB" : language.current;
}
