import type { Map as MapLibreMap } from "maplibre-gl";

declare global {
  interface Window {
    /** The one map, for tests and the browser's console. */
    sunqarMap?: MapLibreMap;
  }
}
