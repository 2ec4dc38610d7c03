/** Violations: a dot each in the colour of its state, and from street zoom which rule was broken. */
import type { ExpressionSpecification } from "maplibre-gl";
import { maybe } from "../../lib/i18n.svelte";
import { RULES } from "../../lib/rules";
import { type MapLayer, REGULAR } from "../layer";
import type { Look } from "../look";

const colour = ({ colours }: Look): ExpressionSpecification => [
  "match", ["get", "state"], "accepted", colours.live, "handed_over", colours.live, "unclear", colours.complex, "new", colours.violation, colours.lost,
];

const ruleName: () => ExpressionSpecification = () => [
  "match", ["get", "rule"], ...RULES.flatMap((rule) => [rule, maybe(`rule.${rule}`) ?? rule]), ["get", "rule"],
] as unknown as ExpressionSpecification;

export const violations: MapLayer = {
  id: "violations",
  group: "surveillance",
  shown: true,
  legend: [
    { label: "case.state.new", shape: "dot", colour: "violation" },
    { label: "case.state.accepted", shape: "dot", colour: "live" },
    { label: "case.state.unclear", shape: "dot", colour: "complex" },
    { label: "case.state.rejected", shape: "dot", colour: "lost" },
  ],
  sources: { violations: { promoteId: "id" } },
  clickable: ["violations-dots"],
  specs: (look) => [
    {
      id: "violations-dots",
      type: "circle",
      source: "violations",
      paint: {
        "circle-color": colour(look),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 3, 12, 5, 17, 8],
        "circle-stroke-color": look.colours.casing,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "violations-names",
      type: "symbol",
      source: "violations",
      minzoom: 15.5,
      layout: { "text-field": ruleName(), "text-font": REGULAR, "text-size": 12, "text-offset": [0, 1.2], "text-anchor": "top" },
      paint: { "text-color": look.colours.label, "text-halo-color": look.colours.halo, "text-halo-width": 1.4 },
    },
  ],
};
