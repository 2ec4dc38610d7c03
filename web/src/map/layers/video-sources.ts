/** What the two layers of video sources share: the answer they are cut from, and the shape of a point that becomes a symbol. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { loadFeatures } from "../../api/features";
import { viewWedge } from "../../lib/geometry";
import { REGULAR } from "../layer";
import { type Colours, type Look, nameExpression } from "../look";

export const SYMBOLS_FROM_ZOOM = 11;
/** Nothing in the data says how far a camera sees; a plate is readable to about this distance. */
const WEDGE_REACH_M = 90;

let pending: { at: number; answer: Promise<FeatureCollection> } | null = null;

/** One request serves both layers. */
export function videoSources(): Promise<FeatureCollection> {
  if (!pending || Date.now() - pending.at > 5000) {
    pending = { at: Date.now(), answer: loadFeatures("video-sources") };
  }
  return pending.answer;
}

export function only(all: FeatureCollection, keep: (category: unknown) => boolean): FeatureCollection {
  return { ...all, features: all.features.filter((feature) => keep(feature.properties?.category)) };
}

export function wedges(sources: FeatureCollection): FeatureCollection {
  const features = sources.features.flatMap((feature) => {
    const { heading_deg: heading, hfov_deg: hfov, category } = feature.properties ?? {};
    if (feature.geometry?.type !== "Point" || typeof heading !== "number" || category === "drone") return [];
    const from = feature.geometry.coordinates as [number, number];
    return [{ ...feature, geometry: viewWedge(from, heading, typeof hfov === "number" ? hfov : 60, WEDGE_REACH_M) }];
  });
  return { type: "FeatureCollection", features };
}

export function dotsAndSymbols(id: string, look: Look, colour: keyof Colours, icon: ExpressionSpecification | string): LayerSpecification[] {
  const fill = ["case", ["==", ["get", "live"], true], look.colours.live, look.colours[colour]] as unknown as string;
  return [
    {
      id: `${id}-dots`,
      type: "circle",
      source: id,
      maxzoom: SYMBOLS_FROM_ZOOM,
      paint: {
        "circle-color": fill,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 1.8, 10, 4],
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 0.8,
        "circle-opacity": 0.9,
      },
    },
    {
      id: `${id}-symbols`,
      type: "symbol",
      source: id,
      minzoom: SYMBOLS_FROM_ZOOM,
      layout: {
        "icon-image": icon,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.5, 14, 0.7, 17, 1],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 16, nameExpression(look)] as never,
        "text-font": REGULAR,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 1.1],
        "text-optional": true,
      },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
  ];
}
