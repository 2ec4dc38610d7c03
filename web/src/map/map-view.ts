/**
 * The one map. Features hand it data by source id and hear of clicks; they never touch MapLibre themselves.
 *
 * Theme and language change in place: every style layer is a function of the Look, and `restyle` sets what differs.
 */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { LonLat } from "../api/types";
import { t } from "../lib/i18n.svelte";
import { basemapGround, basemapLabels, basemapSources } from "./basemap";
import { fontFaces } from "./fonts";
import { graticule } from "./graticule";
import { type LayerGroup, type MapLayer, NOTHING } from "./layer";
import type { Look } from "./look";
import { pacedUpdates } from "./paced-updates";
import { selectionSources, selectionSpecs } from "./selection";
import { drawSymbols } from "./symbols";

maplibregl.setWorkerUrl(workerUrl);

export interface MapClick {
  at: LonLat;
  pixel: { x: number; y: number };
  /** The layer's id and the feature's properties, topmost first; empty on bare ground. */
  hits: { layer: string; properties: Record<string, unknown>; geometry: Geometry }[];
}

export interface MapEvents {
  click(event: MapClick): void;
  menu(event: MapClick): void;
  pointer(over: MapPointer | null): void;
}

/** A place under the pointer; what is within `nearM` of it counts as pointed at. */
export interface MapPointer {
  at: LonLat;
  nearM: number;
}

/** Mangystau with its sea, as first seen. */
const REGION_BOUNDS: [LonLat, LonLat] = [
  [49.4, 41.9],
  [56, 45.9],
];
const CLICK_TOLERANCE_PX = 6;
const LONG_PRESS_MS = 550;
/** At most five pictures of moving things a second, as fast as vehicles report. */
const UPDATE_PAUSE_MS = 200;
/** Features; beyond this writing them out costs more than drawing them once too often. */
const COMPARED_UP_TO = 300;

const DIMMED_OPACITY = 0.22;
const OPACITIES: Record<string, string[]> = {
  symbol: ["icon-opacity", "text-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  fill: ["fill-opacity"],
};

export class MapView {
  readonly map: maplibregl.Map;
  readonly #layers: readonly MapLayer[];
  readonly #waiting = new Map<string, FeatureCollection>();
  /** What was handed in last, as text; null for what is too large to compare. */
  readonly #shown = new Map<string, string | null>();
  /** Whole collections: what is found in drawn tiles is cut at their borders. */
  readonly #whole = new Map<string, FeatureCollection>();
  readonly #hidden: Set<string>;
  readonly #flush = pacedUpdates(() => this.#handOver(), () => this.map.loaded(), UPDATE_PAUSE_MS);
  #look: Look;
  #padding = { left: 0, right: 0, top: 0, bottom: 0 };
  #moveWaits = false;
  readonly #dimmed = new Set<string>();
  /** While true, clicks belong to the drawing tool. */
  drawing = false;

  constructor(container: HTMLElement, look: Look, layers: readonly MapLayer[], hidden: Set<string>, events: MapEvents) {
    this.#look = look;
    this.#layers = layers;
    this.#hidden = hidden;
    this.map = new maplibregl.Map({
      container,
      style: this.#style(),
      bounds: REGION_BOUNDS,
      fitBoundsOptions: { padding: 24 },
      hash: "map",
      minZoom: 3,
      maxZoom: 20,
      maxPitch: 0,
      dragRotate: true,
      attributionControl: false,
      fadeDuration: 0,
      canvasContextAttributes: { antialias: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.AttributionControl({ compact: true }), "bottom-right");
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-right");
    drawSymbols(this.map, look);
    this.map.getCanvas().ariaLabel = t("map.label");
    this.map.on("load", () => this.#drawGrid());
    this.map.on("moveend", () => this.#drawGrid());
    this.map.once("idle", () => {
      document.documentElement.dataset.mapIdle = "true";
    });
    this.#listen(events);
  }

  destroy(): void {
    this.map.remove();
  }

  /** Shows `data` as soon as the last update is drawn; a newer value in between wins. */
  setData(source: string, data: FeatureCollection): void {
    if (!this.#isNews(source, data)) return;
    this.#waiting.set(source, data);
    this.#whole.set(source, data);
    this.#flush();
  }

  /** Ages tick twice a second and most of the time move nothing: the same again would make the map draw for nothing. */
  #isNews(source: string, data: FeatureCollection): boolean {
    const text = data.features.length <= COMPARED_UP_TO ? JSON.stringify(data.features) : null;
    const same = text !== null && this.#shown.get(source) === text;
    this.#shown.set(source, text);
    return !same;
  }

  restyle(look: Look): void {
    if (look.theme === this.#look.theme && look.language === this.#look.language) return;
    this.#look = look;
    this.map.getCanvas().ariaLabel = t("map.label");
    drawSymbols(this.map, look);
    for (const spec of this.#specs()) {
      if (!this.map.getLayer(spec.id)) continue;
      for (const [name, value] of Object.entries(spec.paint ?? {})) this.map.setPaintProperty(spec.id, name as never, value as never);
      for (const [name, value] of Object.entries(spec.layout ?? {})) {
        if (name !== "visibility") this.map.setLayoutProperty(spec.id, name as never, value as never);
      }
    }
    if (this.#dimmed.size) this.#applyDimming();
  }

  /** Things step back: live ones while a flight of the past is shown, those of a group while something else is drawn over them. */
  dim(which: "live" | LayerGroup, dimmed: boolean): void {
    if (dimmed) this.#dimmed.add(which);
    else this.#dimmed.delete(which);
    this.#applyDimming();
  }

  #applyDimming(): void {
    for (const layer of this.#layers) {
      const dimmed = (layer.live && this.#dimmed.has("live")) || this.#dimmed.has(layer.group);
      for (const spec of layer.specs(this.#look)) {
        if (!this.map.getLayer(spec.id)) continue;
        for (const name of OPACITIES[spec.type] ?? []) {
          const usual = (spec.paint as Record<string, unknown> | undefined)?.[name] ?? 1;
          const faint = typeof usual === "number" ? usual * DIMMED_OPACITY : DIMMED_OPACITY;
          this.map.setPaintProperty(spec.id, name as never, (dimmed ? faint : usual) as never);
        }
      }
    }
  }

  setHidden(layer: MapLayer, hidden: boolean): void {
    if (hidden) this.#hidden.add(layer.id);
    else this.#hidden.delete(layer.id);
    for (const spec of layer.specs(this.#look)) {
      if (this.map.getLayer(spec.id)) this.map.setLayoutProperty(spec.id, "visibility", hidden ? "none" : "visible");
    }
  }

  /** Draws a layer over everything, shapes being drawn included. */
  raise(layer: MapLayer): void {
    for (const spec of layer.specs(this.#look)) if (this.map.getLayer(spec.id)) this.map.moveLayer(spec.id);
  }

  get middle(): LonLat {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  /** From the middle of what is seen to its nearest edge. */
  get reachM(): number {
    const { left = 0, right = 0, bottom = 0 } = this.#padding;
    const reachPx = Math.min(this.width - left - right, this.height - bottom) / 2;
    const middle = this.map.project(this.map.getCenter());
    return this.map.getCenter().distanceTo(this.map.unproject([middle.x + Math.max(reachPx, 1), middle.y]));
  }

  flyTo(centre: LonLat, zoom = 15): void {
    this.#move(() => this.map.flyTo({ center: centre, zoom: Math.max(zoom, this.map.getZoom()), padding: this.#padding, duration: 900 }));
  }

  keepInView(centre: LonLat): void {
    this.map.easeTo({ center: centre, duration: 400 });
  }

  fit(geometry: Geometry, maxZoom = 16): void {
    const bounds = new maplibregl.LngLatBounds();
    for (const point of points(geometry)) bounds.extend(point);
    const padding = { top: 90, bottom: 60, left: 60, right: 60 };
    if (bounds.isEmpty()) return;
    this.#move(() => {
      this.map.setPadding(this.#padding); // a panel may still be opening, and this motion ends that one half-way
      this.map.fitBounds(bounds, { padding, maxZoom, duration: 700 });
    });
  }

  showRegion(duration = 700): void {
    this.#move(() => this.map.fitBounds(REGION_BOUNDS, { padding: 24, bearing: 0, duration }));
  }

  zoomBy(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: 250 });
  }

  northUp(): void {
    this.map.easeTo({ bearing: 0, duration: 300 });
  }

  get width(): number {
    return this.map.getContainer().clientWidth;
  }

  get height(): number {
    return this.map.getContainer().clientHeight;
  }

  /** The room taken by panels, so that "centre" means the middle of what is seen. */
  setPadding(left: number, right: number, bottom = 0): void {
    this.map.getContainer().style.setProperty("--map-left", `${left}px`);
    this.map.getContainer().style.setProperty("--map-right", `${right}px`);
    this.map.getContainer().style.setProperty("--map-bottom", `${bottom}px`);
    this.#padding = { left, right, top: 0, bottom };
    if (this.#moveWaits) this.map.setPadding(this.#padding);
    else this.map.easeTo({ padding: this.#padding, duration: 200 });
  }

  /** Opening a panel changes the padding in the same turn, and MapLibre drops a motion when another begins: so this one begins last. */
  #move(begin: () => void): void {
    this.#moveWaits = true;
    setTimeout(() => {
      this.#moveWaits = false;
      begin();
    });
  }

  #style(): maplibregl.StyleSpecification {
    const own = this.#layers.flatMap((layer) => Object.entries(layer.sources));
    const sources = Object.fromEntries(own.map(([id, options]) => [id, { ...options, type: "geojson" as const, data: NOTHING }]));
    return {
      version: 8,
      "font-faces": fontFaces(),
      sources: { ...basemapSources(), ...sources, ...selectionSources() },
      layers: this.#specs(),
    } as maplibregl.StyleSpecification;
  }

  #specs(): maplibregl.LayerSpecification[] {
    const look = this.#look;
    const seen = (layer: MapLayer) =>
      layer.specs(look).map((spec) => (this.#hidden.has(layer.id) ? { ...spec, layout: { ...spec.layout, visibility: "none" } } : spec));
    const under = this.#layers.filter((layer) => layer.underLabels);
    const above = this.#layers.filter((layer) => !layer.underLabels);
    return [
      ...basemapGround(look),
      ...under.flatMap(seen),
      ...basemapLabels(look),
      ...selectionSpecs(look),
      ...above.flatMap(seen),
    ] as maplibregl.LayerSpecification[];
  }

  #handOver(): void {
    if (!this.map.getSource("vehicles")) {
      this.map.once("styledata", () => this.#flush());
      return;
    }
    for (const [id, data] of this.#waiting) this.map.getSource<maplibregl.GeoJSONSource>(id)?.setData(data);
    this.#waiting.clear();
  }

  #drawGrid(): void {
    const bounds = this.map.getBounds();
    const box = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
    this.setData("base-grid", graticule(box));
  }

  #listen(events: MapEvents): void {
    this.map.on("click", (event) => {
      if (!this.drawing) events.click(this.#clickAt(event.point, event.lngLat));
    });
    this.map.on("contextmenu", (event) => {
      if (!this.drawing) events.menu(this.#clickAt(event.point, event.lngLat));
    });
    this.#listenLongPress(events);
    this.#listenKeys(events);
    this.map.on("mousemove", (event) => {
      const beside = this.map.unproject([event.point.x + CLICK_TOLERANCE_PX, event.point.y]);
      events.pointer({ at: [event.lngLat.lng, event.lngLat.lat], nearM: event.lngLat.distanceTo(beside) });
      if (!this.drawing) this.map.getCanvas().style.cursor = this.#hitsAt(event.point).length ? "pointer" : "";
    });
    this.map.on("mouseout", () => events.pointer(null));
  }

  /** Touch screens have no right button: a long press opens the same menu. */
  #listenLongPress(events: MapEvents): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.map.on("touchstart", (event) => {
      clearTimeout(timer);
      if (event.points.length === 1 && !this.drawing) {
        timer = setTimeout(() => events.menu(this.#clickAt(event.point, event.lngLat)), LONG_PRESS_MS);
      }
    });
    for (const end of ["touchend", "touchcancel", "touchmove"] as const) this.map.on(end, () => clearTimeout(timer));
  }

  /** With the map in hand the arrow keys move it, and what is in its middle is clicked by Enter and asked about by the menu key. */
  #listenKeys(events: MapEvents): void {
    this.map.getCanvas().addEventListener("keydown", (event) => {
      const menu = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      if (this.drawing || event.repeat || (event.key !== "Enter" && !menu)) return;
      event.preventDefault();
      const middle = this.map.getCenter();
      const clicked = this.#clickAt(this.map.project(middle), middle);
      if (menu) events.menu(clicked);
      else events.click(clicked);
    });
  }

  #clickAt(point: maplibregl.Point, lngLat: maplibregl.LngLat): MapClick {
    return { at: [lngLat.lng, lngLat.lat], pixel: { x: point.x, y: point.y }, hits: this.#hitsAt(point).map(({ source, ...hit }) => ({ ...hit, geometry: this.#wholeGeometry(source, hit) })) };
  }

  #wholeGeometry(source: string, hit: MapClick["hits"][number]): Geometry {
    const { id } = hit.properties;
    const same = (feature: Feature) => id !== undefined && feature.properties?.id === id;
    const found = this.#whole.get(source)?.features.filter(same).map((feature) => feature.geometry) ?? [];
    // A point beside an area of the same id is its label.
    return found.find((geometry) => geometry?.type !== "Point") ?? found[0] ?? hit.geometry;
  }

  #hitsAt(point: maplibregl.Point): (MapClick["hits"][number] & { source: string })[] {
    const owners = new Map(this.#layers.flatMap((layer) => (layer.clickable ?? []).map((id) => [id, layer.id] as const)));
    const ids = [...owners.keys()].filter((id) => this.map.getLayer(id));
    const near = CLICK_TOLERANCE_PX;
    const box: [maplibregl.PointLike, maplibregl.PointLike] = [
      [point.x - near, point.y - near],
      [point.x + near, point.y + near],
    ];
    return this.map.queryRenderedFeatures(box, { layers: ids }).map((feature) => ({
      layer: owners.get(feature.layer.id) ?? "",
      properties: feature.properties,
      geometry: feature.geometry,
      source: feature.source,
    }));
  }
}

function* points(geometry: Geometry): Generator<LonLat> {
  if (geometry.type === "GeometryCollection") {
    for (const part of geometry.geometries) yield* points(part);
  } else {
    yield* flat(geometry.coordinates);
  }
}

function* flat(part: unknown): Generator<LonLat> {
  if (!Array.isArray(part)) return;
  if (typeof part[0] === "number") yield [part[0], part[1] as number];
  else for (const inner of part) yield* flat(inner);
}
