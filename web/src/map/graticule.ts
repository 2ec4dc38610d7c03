/** Meridians and parallels at a round spacing for the view; on an empty steppe they are what gives a sense of scale. */
import type { FeatureCollection } from "geojson";

const STEPS_DEG = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

export interface ViewBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function graticule(view: ViewBox, linesAcross = 8): FeatureCollection {
  const width = view.east - view.west;
  const step = STEPS_DEG.find((candidate) => width / candidate >= linesAcross) ?? 0.001;
  const [south, north] = [Math.max(-85, view.south - step), Math.min(85, view.north + step)];
  const lines: number[][][] = [];
  for (let i = Math.ceil((view.west - step) / step); i * step <= view.east + step; i += 1) {
    lines.push([[i * step, south], [i * step, north]]);
  }
  for (let i = Math.ceil(south / step); i * step <= north; i += 1) {
    lines.push([[view.west - step, i * step], [view.east + step, i * step]]);
  }
  return {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } }],
  };
}
