/** Airspace: coloured by what a zone demands, with its heights; those not in force yet are thin and dotted. */
import type { Feature } from "geojson";
import { getZonesInForce } from "../../api/airspace";
import { loadFeatures } from "../../api/features";
import type { ZoneForceView } from "../../api/types";
import { withAnchors } from "../anchors";
import { type MapLayer, REGULAR } from "../layer";
import { type Look, nameExpression } from "../look";

const FOOT_M = 0.3048;

export const zones: MapLayer = {
  id: "zones",
  group: "operations",
  shown: true,
  underLabels: true,
  legend: [
    { label: "value.no_fly", shape: "dash", colour: "zone" },
    { label: "value.restricted", shape: "dash", colour: "construction" },
    { label: "value.controlled", shape: "dash", colour: "permit" },
    { label: "value.advisory", shape: "dash", colour: "labelQuiet" },
  ],
  sources: { zones: {} },
  clickable: ["zones-fill"],
  specs: (look) => [
    {
      id: "zones-fill",
      type: "fill",
      source: "zones",
      paint: { "fill-color": colourOf(look), "fill-opacity": ["case", ["get", "active"], 0.08, 0.02] },
    },
    {
      id: "zones-outline",
      type: "line",
      source: "zones",
      filter: ["get", "active"],
      paint: { "line-color": colourOf(look), "line-width": 1.5, "line-dasharray": [4, 2] },
    },
    {
      id: "zones-outline-later",
      type: "line",
      source: "zones",
      filter: ["!", ["get", "active"]],
      paint: { "line-color": colourOf(look), "line-width": 1, "line-dasharray": [1, 3] },
    },
    {
      id: "zones-symbol",
      type: "symbol",
      source: "zones",
      filter: ["==", ["geometry-type"], "Point"],
      minzoom: 8,
      layout: {
        "text-field": ["concat", nameExpression(look) as never, "\n", ["get", "band"]],
        "text-font": REGULAR,
        "text-size": 11,
        "text-optional": true,
      },
      paint: { "text-color": colourOf(look), "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
  ],
  // In force now or later; what is over does not come back.
  load: async () => {
    const now = new Date().toISOString();
    const [page, force] = await Promise.all([loadFeatures("zones", { datetime: `${now}/..` }), getZonesInForce()]);
    const held = new Map(force.items.map((zone) => [zone.id, zone]));
    return { zones: withAnchors({ ...page, features: page.features.map((zone) => withBand(zone, held.get(String(zone.properties["id"])), now)) }) };
  },
  reloadEveryS: 300,
};

function colourOf(look: Look) {
  const { zone, construction, permit, labelQuiet } = look.colours;
  return ["match", ["get", "kind"], "no_fly", zone, ["restricted", "danger"], construction, ["controlled", "conditional"], permit, labelQuiet] as never;
}

/** Zones of the airspace say themselves whether they hold; geofences begin and end. */
function withBand<F extends Feature>(zone: F, force: ZoneForceView | undefined, now: string): F {
  const about = zone.properties ?? {};
  const band = `${heightText(about["floor_m"], about["floor_reference"])} – ${heightText(about["ceiling_m"], about["ceiling_reference"])}`;
  const begins: unknown = about["valid_from"];
  const active = force?.active ?? (typeof begins !== "string" || Date.parse(begins) <= Date.parse(now));
  return { ...zone, properties: { ...about, band, active, changes_at: force?.changes_at ?? null } };
}

/** As a chart says it: GND, 120 m AGL, 900 m AMSL, FL95, UNL. */
export function heightText(metres: unknown, reference: unknown): string {
  if (typeof metres !== "number") return "UNL";
  if (reference === "standard_pressure") return `FL${Math.round(metres / FOOT_M / 100)}`;
  if (reference === "amsl") return `${Math.round(metres)} m AMSL`;
  return metres <= 0 ? "GND" : `${Math.round(metres)} m AGL`;
}
