/** Map symbols, drawn from path data on a canvas in the colours of the theme. Shape, not colour alone, tells things apart. */
import type { Map as MapLibreMap } from "maplibre-gl";
import type { Colours, Look } from "./look";

const RATIO = 3;

interface Symbol {
  size: number;
  paint(pen: CanvasRenderingContext2D, colours: Colours): void;
}

function badge(pen: CanvasRenderingContext2D, colours: Colours, fill: string, square = false): void {
  pen.beginPath();
  if (square) pen.roundRect(2, 2, 20, 20, 4);
  else pen.arc(12, 12, 10, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = 1.6;
  pen.strokeStyle = colours.casing;
  pen.stroke();
}

function glyph(pen: CanvasRenderingContext2D, colour: string, path: string, fill = false): void {
  const shape = new Path2D(path);
  pen.lineWidth = 1.6;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = pen.fillStyle = colour;
  if (fill) pen.fill(shape);
  pen.stroke(shape);
}

const camera = (fill: (colours: Colours) => string): Symbol => ({
  size: 24,
  paint(pen, colours) {
    badge(pen, colours, fill(colours));
    glyph(pen, colours.casing, "M7 9.5h7.500v5.500H7zM14.5 11.500l3-1.800v5.200l-3-1.800z", true);
  },
});

/** A delta that points north; MapLibre turns it by the heading. */
const vehicle = (fill: (colours: Colours) => string, hollow = false): Symbol => ({
  size: 40,
  paint(pen, colours) {
    const body = new Path2D("M20 5 31.5 33 20 27 8.5 33Z");
    pen.lineJoin = "round";
    pen.lineWidth = 5;
    pen.strokeStyle = colours.casing;
    pen.stroke(body);
    pen.fillStyle = hollow ? colours.casing : fill(colours);
    pen.fill(body);
    pen.lineWidth = 2;
    pen.strokeStyle = hollow ? fill(colours) : colours.casing;
    pen.stroke(body);
  },
});

/** Wings and tail of an aeroplane that points north; a ring where no heading is told. */
const aircraft = (fill: (colours: Colours) => string, still = false): Symbol => ({
  size: 36,
  paint(pen, colours) {
    const body = still
      ? new Path2D("M18 9a9 9 0 1 0 .01 0z")
      : new Path2D("M18 4l2.2 3.500v6.500l11 6.500v3l-11-3v5.500l3.300 2.500v2l-5.500-1.500-5.500 1.500v-2l3.300-2.500v-5.500l-11 3v-3l11-6.500V7.500z");
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = colours.casing;
    pen.stroke(body);
    pen.fillStyle = fill(colours);
    pen.fill(body);
  },
});

/** A triangle for what must not be flown, a disc for what a person decides. */
const remark = (fill: (colours: Colours) => string, outline: string): Symbol => ({
  size: 26,
  paint(pen, colours) {
    const body = new Path2D(outline);
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = colours.casing;
    pen.stroke(body);
    pen.fillStyle = fill(colours);
    pen.fill(body);
    glyph(pen, colours.casing, "M13 10.500v4.500M13 18.500v.01");
  },
});

const SYMBOLS: Record<string, Symbol> = {
  "place-major": {
    size: 10,
    paint(pen, colours) {
      pen.beginPath();
      pen.arc(5, 5, 3, 0, 2 * Math.PI);
      pen.fillStyle = colours.land;
      pen.fill();
      pen.lineWidth = 1.6;
      pen.strokeStyle = colours.label;
      pen.stroke();
    },
  },
  "place-minor": {
    size: 8,
    paint(pen, colours) {
      pen.beginPath();
      pen.arc(4, 4, 1.8, 0, 2 * Math.PI);
      pen.fillStyle = colours.labelQuiet;
      pen.fill();
    },
  },
  camera: camera((colours) => colours.camera),
  "camera-live": camera((colours) => colours.live),
  complex: {
    size: 24,
    paint(pen, colours) {
      badge(pen, colours, colours.complex, true);
      glyph(pen, colours.casing, "M7 16a5.5 5.5 0 1 1 10 0M12 14.500l2.8-3.2");
    },
  },
  "vehicle-flying": vehicle((colours) => colours.vehicle),
  "vehicle-ground": vehicle((colours) => colours.ground),
  "vehicle-replay": vehicle((colours) => colours.replay),
  "vehicle-lost": vehicle((colours) => colours.lost, true),
  "aircraft-plain": aircraft((colours) => colours.aircraft),
  "aircraft-still": aircraft((colours) => colours.aircraft, true),
  "aircraft-near": aircraft((colours) => colours.zone),
  "finding-error": remark((colours) => colours.zone, "M13 3.500 23.500 22H2.500Z"),
  "finding-warning": remark((colours) => colours.vehicle, "M13 4.500a9.500 9.500 0 1 0 .01 0z"),
  home: {
    size: 22,
    paint(pen, colours) {
      pen.beginPath();
      pen.arc(11, 11, 8.5, 0, 2 * Math.PI);
      pen.fillStyle = colours.casing;
      pen.fill();
      pen.lineWidth = 1.8;
      pen.strokeStyle = colours.vehicle;
      pen.stroke();
      glyph(pen, colours.vehicle, "M8.5 7.500v7M13.5 7.500v7M8.5 11h5");
    },
  },
  cleanup: {
    size: 22,
    paint(pen, colours) {
      badge(pen, colours, colours.cleanup);
      glyph(pen, colours.casing, "M8 9.500h8M10.5 9.500V8h3v1.500M9 9.500l.6 7h4.800l.6-7");
    },
  },
};

export function drawSymbols(map: MapLibreMap, look: Look): void {
  for (const [name, symbol] of Object.entries(SYMBOLS)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = symbol.size * RATIO;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.scale(RATIO, RATIO);
    symbol.paint(pen, look.colours);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  }
}
