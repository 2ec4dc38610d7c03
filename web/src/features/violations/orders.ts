/** Legal orders as a person reads and enters them. */
import type { Geometry, Position } from "geojson";
import type { LegalOrder, LegalOrderSetup, LonLat } from "../../api/types";
import type { Violation } from "../../live/violations.svelte";
import { type TextKey, language } from "../../lib/i18n.svelte";
import { dayOf, instantOf, localOf } from "../../lib/local-time";
import { folded } from "../../lib/folded";

export const ORDER_KINDS = ["signal", "sign", "marking", "speed_limit", "closure", "other"] as const;
export const ORDER_STATES = ["in_force", "not_yet", "expired", "revoked", "void"] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export const ORDER_TONE = { in_force: "ok", not_yet: "accent", expired: "plain", revoked: "danger", void: "danger" } as const;
export const LEAST_REASON = 5;

/** Revoked from a later day on it holds until then; revoked from its first day on it never held. */
export function stateOf(order: LegalOrder, nowMs: number): OrderState {
  const passed = (instant: string | null) => instant !== null && Date.parse(instant) <= nowMs;
  if (order.void_from !== null && Date.parse(order.void_from) <= Date.parse(order.valid_from)) return "void";
  if (passed(order.void_from)) return "revoked";
  if (passed(order.valid_to)) return "expired";
  return passed(order.valid_from) ? "in_force" : "not_yet";
}

export const titleOf = (order: LegalOrder) => order[`title_${language.current}`];

/** Those that hold first, the newest of each first; `wanted` is looked for in what names them. */
export function listed(orders: readonly LegalOrder[], wanted: string, nowMs: number): LegalOrder[] {
  const words = folded(wanted).split(" ").filter(Boolean);
  const found = orders.filter((one) => {
    const text = folded([one.id, one.number, one.authority, one.title_kk, one.title_ru, one.title_en].join(" "));
    return words.every((word) => text.includes(word));
  });
  const rank = (order: LegalOrder) => ORDER_STATES.indexOf(stateOf(order, nowMs));
  return found.sort((a, b) => rank(a) - rank(b) || b.valid_from.localeCompare(a.valid_from) || a.id.localeCompare(b.id));
}

/** What the form holds: texts as they are typed, times as the clock of Aktau shows them. */
export interface OrderDraft {
  id: string;
  authority: string;
  number: string;
  title_kk: string;
  title_ru: string;
  title_en: string;
  kind: string;
  issued_on: string;
  from: string;
  to: string;
  document_url: string;
  area: Geometry | null;
}

export function draftOf(order: LegalOrder | null, now: string): OrderDraft {
  const day = dayOf(now);
  const empty = { id: "", authority: "", number: "", title_kk: "", title_ru: "", title_en: "", kind: "sign", issued_on: day, area: null };
  if (!order) return { ...empty, from: `${day}T00:00`, to: "", document_url: "" };
  const { id, authority, number, title_kk, title_ru, title_en, kind, issued_on, area } = order;
  const times = { from: localOf(order.valid_from), to: order.valid_to === null ? "" : localOf(order.valid_to) };
  return { id, authority, number, title_kk, title_ru, title_en, kind, issued_on, area, ...times, document_url: order.document_url ?? "" };
}

/** What is sent. An instant that nobody touched keeps its seconds. */
export function setupOf(draft: OrderDraft, before: LegalOrder | null): LegalOrderSetup {
  const instant = (local: string, known: string | null | undefined) => (known && localOf(known) === local ? known : instantOf(local));
  const text = (key: "authority" | "number" | "title_kk" | "title_ru" | "title_en") => draft[key].trim();
  return {
    authority: text("authority"),
    number: text("number"),
    title_kk: text("title_kk"),
    title_ru: text("title_ru"),
    title_en: text("title_en"),
    kind: draft.kind as LegalOrderSetup["kind"],
    issued_on: draft.issued_on,
    valid_from: instant(draft.from, before?.valid_from),
    valid_to: draft.to ? instant(draft.to, before?.valid_to) : null,
    document_url: draft.document_url.trim() || null,
    area: draft.area,
  };
}

/** What keeps it from being sent; the names of fields still empty, and what is wrong with the others. */
export function missingOf(draft: OrderDraft): { empty: TextKey[]; wrong: TextKey[] } {
  const empty: TextKey[] = [];
  const wrong: TextKey[] = [];
  if (!draft.number.trim()) empty.push("field.number");
  if (draft.authority.trim().length < 2) empty.push("field.authority");
  for (const one of ["kk", "ru", "en"] as const) if (!draft[`title_${one}`].trim()) empty.push(`order.title.${one}`);
  if (!draft.id.trim()) empty.push("order.id");
  else if (!/^[\w.-]+$/.test(draft.id.trim())) wrong.push("order.id.wrong");
  if (!draft.issued_on) empty.push("order.issued");
  if (!draft.from) empty.push("field.valid_from");
  if (draft.from && draft.to && draft.to <= draft.from) wrong.push("order.times.wrong");
  if (draft.document_url.trim() && !/^https?:\/\/\S+$/.test(draft.document_url.trim())) wrong.push("order.document.wrong");
  return { empty, wrong };
}

/** An id that scenes can name it by, out of its number: "12/3-қ" becomes "order-12-3". */
export function proposedId(number: string): string {
  const plain = number.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return plain ? `order-${plain}` : "";
}

/** Corners of the areas that can be drawn; null for a geometry the drawing cannot show, which stays as it is. */
export function drawnOf(area: Geometry | null): LonLat[][] | null {
  const polygons = !area ? [] : area.type === "Polygon" ? [area.coordinates] : area.type === "MultiPolygon" ? area.coordinates : null;
  if (!polygons || polygons.some((rings) => rings.length !== 1)) return null;
  return polygons.map(([ring = []]) => ring.slice(0, -1).map(([lon = 0, lat = 0]): LonLat => [lon, lat]));
}

export function areaOf(drawn: readonly LonLat[][]): Geometry | null {
  const rings = drawn.map((corners): Position[][] => [[...corners, corners[0] as LonLat]]);
  const [first] = rings;
  if (!first) return null;
  return rings.length === 1 ? { type: "Polygon", coordinates: first } : { type: "MultiPolygon", coordinates: rings };
}

/** A case in the list of an order, from its answer to a revocation or from the layer. */
export interface OrderCase {
  id: string;
  rule: string;
  sourceId: string;
  at: string;
  state: Violation["state"];
}

/** What became of the cases: those withdrawn here, and those that left the house and must be called back. */
export function hitBy(cases: readonly OrderCase[]): { withdrawn: number; away: number } {
  const away = cases.filter((one) => one.state === "handed_over").length;
  return { withdrawn: cases.length - away, away };
}
