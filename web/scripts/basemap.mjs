// Builds the offline basemap: land, coast and borders from Natural Earth (world-atlas, public domain), and the Caspian
// from data/caspian.json (GSHHG full resolution), because Natural Earth's shore is kilometres off at the zoom of a flight.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { feature, mesh } from "topojson-client";

const require = createRequire(import.meta.url);
const target = fileURLToPath(new URL("../public/basemap/", import.meta.url));
const REGION = { west: 38, south: 32, east: 74, north: 58 };
const CASPIAN = { west: 46.4, south: 36.3, east: 55.6, north: 47.4 };

const atlas = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}`), "utf8"));
const rounded = (value) => Math.round(value * 1e4) / 1e4;
const round = (part) => (typeof part[0] === "number" ? part.map(rounded) : part.map(round));

function touches(ring, box) {
  const lons = ring.map((p) => p[0]);
  const lats = ring.map((p) => p[1]);
  return Math.max(...lons) > box.west && Math.min(...lons) < box.east && Math.max(...lats) > box.south && Math.min(...lats) < box.north;
}

function within(ring, box) {
  return ring.every(([lon, lat]) => lon > box.west && lon < box.east && lat > box.south && lat < box.north);
}

/** Sutherland–Hodgman against the box; good for land fills, where edges along the box are wanted. */
function clipRing(ring, box) {
  const sides = [
    [(p) => p[0] >= box.west, (a, b) => cut(a, b, 0, box.west)],
    [(p) => p[0] <= box.east, (a, b) => cut(a, b, 0, box.east)],
    [(p) => p[1] >= box.south, (a, b) => cut(a, b, 1, box.south)],
    [(p) => p[1] <= box.north, (a, b) => cut(a, b, 1, box.north)],
  ];
  let points = ring.slice(0, -1);
  for (const [inside, crossing] of sides) {
    const out = [];
    points.forEach((point, i) => {
      const before = points.at(i - 1);
      if (inside(point) !== inside(before)) out.push(crossing(before, point));
      if (inside(point)) out.push(point);
    });
    points = out;
  }
  return points.length > 2 ? [...points, points[0]] : null;
}

function cut(a, b, axis, at) {
  const share = (at - a[axis]) / (b[axis] - a[axis]);
  return axis === 0 ? [at, a[1] + share * (b[1] - a[1])] : [a[0] + share * (b[0] - a[0]), at];
}

function landWithin(topology, box) {
  const polygons = feature(topology, topology.objects.land).features.flatMap((land) => land.geometry.coordinates);
  const kept = polygons
    .filter(([shell]) => touches(shell, box) && !within(shell, CASPIAN))
    .map((rings) => rings.filter((ring) => touches(ring, box) && !within(ring, CASPIAN)).map((ring) => clipRing(ring, box)))
    .map((rings) => rings.filter(Boolean))
    .filter((rings) => rings.length > 0);
  return { type: "MultiPolygon", coordinates: kept };
}

function linesWithin(line, box, hole) {
  const inBox = ([lon, lat], { west, south, east, north }) => lon >= west && lon <= east && lat >= south && lat <= north;
  const inside = (point) => inBox(point, box) && !(hole && inBox(point, hole));
  const parts = [];
  for (const points of line.coordinates) {
    let part = [];
    for (const point of points) {
      if (inside(point)) part.push(point);
      else if (part.length) parts.push(part.splice(0));
    }
    if (part.length > 1) parts.push(part);
  }
  return { type: "MultiLineString", coordinates: parts.filter((part) => part.length > 1) };
}

const write = (name, geometry) => {
  const text = JSON.stringify({ type: "Feature", properties: {}, geometry: { ...geometry, coordinates: round(geometry.coordinates) } });
  writeFileSync(`${target}${name}.json`, text);
};

mkdirSync(target, { recursive: true });
const near = atlas("countries-10m.json");
const caspian = JSON.parse(readFileSync(new URL("../data/caspian.json", import.meta.url), "utf8"));
const world = atlas("land-110m.json");
write("land", landWithin(near, REGION));
write("coast", linesWithin(mesh(near, near.objects.countries, (a, b) => a === b), REGION, CASPIAN));
write("borders", linesWithin(mesh(near, near.objects.countries, (a, b) => a !== b), REGION));
write("world", { type: "MultiPolygon", coordinates: feature(world, world.objects.land).features.flatMap((land) => land.geometry.coordinates) });
write("caspian", caspian.geometry);
