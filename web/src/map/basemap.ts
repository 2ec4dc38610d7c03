/** The offline basemap: land, the Caspian, borders, a grid of degrees and the names of places, all from files of this site. */
import type { FeatureCollection } from "geojson";
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import { NOTHING, REGULAR, SEMIBOLD } from "./layer";
import { type Look, nameExpression } from "./look";
import places from "./places.json";

const REGION_BOX = [[[38, 32], [74, 32], [74, 58], [38, 58], [38, 32]]];

const file = (name: string, attribution?: string): SourceSpecification => ({
  type: "geojson",
  data: `/basemap/${name}.json`,
  ...(attribution ? { attribution } : {}),
});

const placePoints: FeatureCollection = {
  type: "FeatureCollection",
  features: places.map(({ lon, lat, ...properties }) => ({
    type: "Feature",
    properties,
    geometry: { type: "Point", coordinates: [lon, lat] },
  })),
};

export function basemapSources(): Record<string, SourceSpecification> {
  return {
    "base-world": file("world"),
    "base-box": { type: "geojson", data: { type: "Polygon", coordinates: REGION_BOX } },
    "base-land": file("land"),
    "base-coast": file("coast"),
    "base-caspian": file("caspian", "GSHHG"),
    "base-borders": file("borders", "Natural Earth"),
    "base-grid": { type: "geojson", data: NOTHING },
    "base-places": { type: "geojson", data: placePoints, attribution: "© OpenStreetMap" },
  };
}

/** What lies under everything else. */
export function basemapGround(look: Look): LayerSpecification[] {
  const { colours } = look;
  const coastWidth = ["interpolate", ["linear"], ["zoom"], 4, 0.6, 9, 1.2, 14, 2] as unknown as number;
  return [
    { id: "base-background", type: "background", paint: { "background-color": colours.sea } },
    { id: "base-world", type: "fill", source: "base-world", paint: { "fill-color": colours.world } },
    { id: "base-box", type: "fill", source: "base-box", paint: { "fill-color": colours.sea } },
    { id: "base-land", type: "fill", source: "base-land", paint: { "fill-color": colours.land } },
    { id: "base-caspian", type: "fill", source: "base-caspian", paint: { "fill-color": colours.sea } },
    {
      id: "base-grid",
      type: "line",
      source: "base-grid",
      paint: { "line-color": colours.grid, "line-width": 1, "line-opacity": look.theme === "dark" ? 0.09 : 0.13 },
    },
    {
      id: "base-caspian-shallows",
      type: "line",
      source: "base-caspian",
      paint: { "line-color": colours.shallows, "line-width": 7, "line-offset": 3.5, "line-opacity": 0.8 },
    },
    { id: "base-coast", type: "line", source: "base-coast", paint: { "line-color": colours.coast, "line-width": coastWidth } },
    { id: "base-caspian-coast", type: "line", source: "base-caspian", paint: { "line-color": colours.coast, "line-width": coastWidth } },
    {
      id: "base-borders",
      type: "line",
      source: "base-borders",
      paint: { "line-color": colours.border, "line-width": 1.2, "line-dasharray": [4, 2] },
    },
  ];
}

/** The names, above lines and areas but below what lives. */
export function basemapLabels(look: Look): LayerSpecification[] {
  const { colours } = look;
  const name = nameExpression(look);
  const kinds = (...wanted: string[]) => ["in", ["get", "kind"], ["literal", wanted]];
  const settlement = (rank: number, minzoom: number, size: number): LayerSpecification => ({
    id: `base-place-${rank}`,
    type: "symbol",
    source: "base-places",
    minzoom,
    filter: ["all", kinds("city", "town", "village"), ["==", ["get", "rank"], rank]] as never,
    layout: {
      "text-field": name,
      "text-font": rank <= 2 ? SEMIBOLD : REGULAR,
      "text-size": ["interpolate", ["linear"], ["zoom"], 5, size, 12, size + 4],
      // The two largest cities have room to their west: Aktau has the sea there.
      "text-variable-anchor": rank === 1 ? ["right", "left", "top", "bottom"] : ["left", "right", "top", "bottom"],
      "text-radial-offset": 0.55,
      "text-justify": "auto",
      "text-padding": 6,
      "symbol-sort-key": ["get", "rank"],
      "icon-image": rank <= 2 ? "place-major" : "place-minor",
      "icon-allow-overlap": true,
      "text-optional": true,
    },
    paint: {
      "text-color": rank <= 2 ? colours.label : colours.labelQuiet,
      "text-halo-color": colours.halo,
      "text-halo-width": 1.4,
    },
  });
  const wide = (id: string, kind: string[], colour: string, size: number, minzoom: number, maxzoom: number): LayerSpecification => ({
    id,
    type: "symbol",
    source: "base-places",
    minzoom,
    maxzoom,
    filter: kinds(...kind) as never,
    layout: {
      "text-field": kind.includes("country") ? (["upcase", name] as unknown as string) : name,
      "text-font": REGULAR,
      "text-size": size,
      "text-letter-spacing": 0.14,
      "text-max-width": 7,
      "text-padding": 10,
    },
    paint: { "text-color": colour, "text-halo-color": colours.halo, "text-halo-width": kind.includes("sea") ? 0 : 1, "text-opacity": 0.9 },
  });
  return [
    wide("base-country", ["country"], colours.labelQuiet, 12, 3, 7),
    wide("base-region-name", ["region"], colours.labelQuiet, 13, 5.5, 8),
    wide("base-land-name", ["land"], colours.labelQuiet, 12, 7, 11),
    wide("base-water-name", ["water"], colours.seaLabel, 12, 7, 12),
    wide("base-sea", ["sea"], colours.seaLabel, 15, 3, 10),
    settlement(5, 10.5, 11),
    settlement(4, 9, 11),
    settlement(3, 6.5, 11.5),
    settlement(2, 5, 12.5),
    settlement(1, 4, 14),
  ];
}
