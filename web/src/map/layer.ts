/** The contract of a map layer. To add one: write a file in layers/ and name it in catalogue.ts. */
import type { FeatureCollection } from "geojson";
import type { GeoJSONSourceSpecification, LayerSpecification } from "maplibre-gl";
import type { TextKey } from "../lib/i18n.svelte";
import type { Colours, Look } from "./look";

export type LayerGroup = "operations" | "surveillance" | "infrastructure" | "environment";

export interface LegendItem {
  label: TextKey;
  shape: "dot" | "square" | "line" | "dash" | "area" | "ring" | "arrow";
  colour: keyof Colours;
}

export interface MapLayer {
  /** Also names the layer in the catalogue of texts (`layer.<id>`) and in the URL. */
  readonly id: string;
  readonly group: LayerGroup;
  /** Whether it is shown before the user chooses. */
  readonly shown: boolean;
  /** Shows what is happening now: it steps back while a flight of the past is replayed. */
  readonly live?: boolean;
  /** Drawn beneath the place names. */
  readonly underLabels?: boolean;
  readonly legend: LegendItem[];
  /** Source ids with what MapLibre needs to make them; data comes later through MapView.setData. */
  readonly sources: Record<string, Omit<GeoJSONSourceSpecification, "type" | "data">>;
  /** Style layers, bottom first. */
  specs(look: Look): LayerSpecification[];
  /** Style layer ids that answer a click. */
  readonly clickable?: string[];
  /** Fetches what stands still. Layers without it are fed live. */
  load?(): Promise<Record<string, FeatureCollection>>;
  /** Seconds after which `load` is called again, for layers that change slowly. */
  readonly reloadEveryS?: number;
}

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
export const REGULAR = ["Noto Sans Regular"];
export const SEMIBOLD = ["Noto Sans SemiBold"];
