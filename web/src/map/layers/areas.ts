/** The shape shared by layers of areas: a tinted fill, an outline, and a name when there is room for it. */
import { loadFeatures } from "../../api/features";
import { withAnchors } from "../anchors";
import { type LayerGroup, type MapLayer, REGULAR } from "../layer";
import { type Colours, nameExpression } from "../look";

interface AreaLayer {
  id: string;
  path: string;
  group: LayerGroup;
  colour: keyof Colours;
  shown: boolean;
  dashed?: boolean;
  fillOpacity?: number;
  nameFrom?: number;
  /** Symbol drawn where the area is too small to be seen. */
  icon?: string;
}

export function areaLayer(options: AreaLayer): MapLayer {
  const { id, colour, dashed = false, fillOpacity = 0.16, nameFrom = 11, icon } = options;
  return {
    id,
    group: options.group,
    shown: options.shown,
    underLabels: true,
    legend: [{ label: `layer.${id}` as never, shape: dashed ? "dash" : "area", colour }],
    sources: { [id]: {} },
    clickable: [`${id}-fill`, ...(icon ? [`${id}-symbol`] : [])],
    specs: (look) => [
      { id: `${id}-fill`, type: "fill", source: id, paint: { "fill-color": look.colours[colour], "fill-opacity": fillOpacity } },
      {
        id: `${id}-outline`,
        type: "line",
        source: id,
        paint: { "line-color": look.colours[colour], "line-width": 1.5, ...(dashed ? { "line-dasharray": [4, 2] } : {}) },
      },
      {
        id: `${id}-symbol`,
        type: "symbol",
        source: id,
        filter: ["==", ["geometry-type"], "Point"],
        minzoom: icon ? 7 : nameFrom,
        layout: {
          ...(icon ? { "icon-image": icon, "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.6, 12, 1] } : {}),
          "text-field": ["step", ["zoom"], "", nameFrom, nameExpression(look)] as never,
          "text-font": REGULAR,
          "text-size": 11,
          "text-anchor": icon ? "top" : "center",
          "text-offset": icon ? [0, 1] : [0, 0],
          "text-optional": true,
        },
        paint: { "text-color": look.colours[colour], "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
      },
    ],
    load: async () => ({ [id]: withAnchors(await loadFeatures(options.path)) }),
  };
}
