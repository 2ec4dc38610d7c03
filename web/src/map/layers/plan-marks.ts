/** What somebody looks at of a plan: one leg with its numbers, the difference between two revisions. Over the ground that is covered. */
import type { LayerSpecification } from "maplibre-gl";
import { type MapLayer, SEMIBOLD } from "../layer";
import type { Look } from "../look";

export const planMarks: MapLayer = {
  id: "plan-marks",
  group: "operations",
  shown: true,
  legend: [
    { label: "revisions.part.added", shape: "line", colour: "live" },
    { label: "revisions.part.removed", shape: "dash", colour: "zone" },
  ],
  sources: { "plan-difference": {}, "plan-leg": {} },
  specs: (look) => [...differenceSpecs(look), ...legSpecs(look)],
};

/** One leg with its numbers, and where it is nearest to the ground. */
function legSpecs(look: Look): LayerSpecification[] {
  const { label, selection, halo, casing, zone } = look.colours;
  const source = "plan-leg";
  const line = { type: "line", source, layout: { "line-cap": "round" } } as const;
  return [
    { ...line, id: "plan-leg-casing", paint: { "line-color": casing, "line-width": 8 } },
    { ...line, id: "plan-leg", paint: { "line-color": selection, "line-width": 4 } },
    {
      id: "plan-leg-nearest",
      type: "circle",
      source,
      filter: ["==", ["get", "part"], "nearest"],
      paint: { "circle-color": zone, "circle-radius": 4, "circle-stroke-color": selection, "circle-stroke-width": 1.5 },
    },
    {
      id: "plan-leg-numbers",
      type: "symbol",
      source,
      filter: ["==", ["get", "part"], "numbers"],
      layout: {
        "text-field": ["get", "text"],
        "text-font": SEMIBOLD,
        "text-size": 12.5,
        "text-variable-anchor": ["bottom", "top", "left", "right"],
        "text-radial-offset": 0.9,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "text-max-width": 30,
      },
      paint: { "text-color": label, "text-halo-color": halo, "text-halo-width": 2 },
    },
  ];
}

/** What was flown before is dashed, what is new is solid; items that differ are dots of the same colours. */
function differenceSpecs(look: Look): LayerSpecification[] {
  const { live, zone, casing, labelQuiet, vehicle } = look.colours;
  const source = "plan-difference";
  const line = { type: "line", source, layout: { "line-join": "round", "line-cap": "butt" } } as const;
  const part = (name: string) => ["==", ["get", "part"], name] as ["==", ["get", string], string];
  return [
    { ...line, id: "plan-difference-casing", filter: ["!=", ["get", "part"], "same"], paint: { "line-color": casing, "line-width": 6 } },
    { ...line, id: "plan-difference-same", filter: part("same"), paint: { "line-color": labelQuiet, "line-width": 2.5 } },
    { ...line, id: "plan-difference-removed", filter: part("removed"), paint: { "line-color": zone, "line-width": 3, "line-dasharray": [2, 1.5] } },
    { ...line, id: "plan-difference-added", filter: part("added"), paint: { "line-color": live, "line-width": 3 } },
    {
      id: "plan-difference-items",
      type: "circle",
      source,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": ["match", ["get", "part"], "added", live, "removed", zone, vehicle],
        "circle-stroke-color": casing,
        "circle-stroke-width": 1.5,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 2, 17, 5],
      },
    },
  ];
}
