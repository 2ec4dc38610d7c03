/** Clicks on the map as places, for as long as a tool asks for them. */
import type { LonLat } from "../api/types";
import type { MapView } from "./map-view";

/** Returns what ends it. */
export function pickPlaces(view: MapView, onPlace: (at: LonLat) => void): () => void {
  const canvas = view.map.getCanvas();
  const clicked = (event: { lngLat: { lng: number; lat: number } }) => onPlace([event.lngLat.lng, event.lngLat.lat]);
  view.drawing = true;
  canvas.style.cursor = "crosshair";
  view.map.on("click", clicked);
  return () => {
    view.drawing = false;
    canvas.style.cursor = "";
    view.map.off("click", clicked);
  };
}
