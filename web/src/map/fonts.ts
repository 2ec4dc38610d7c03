// The same woff2 files as fonts.css, for the map's labels. Ranges are those of @fontsource/noto-sans.
import latin400 from "@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url";
import latinExt400 from "@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url";
import cyrillic400 from "@fontsource/noto-sans/files/noto-sans-cyrillic-400-normal.woff2?url";
import cyrillicExt400 from "@fontsource/noto-sans/files/noto-sans-cyrillic-ext-400-normal.woff2?url";
import latin600 from "@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2?url";
import latinExt600 from "@fontsource/noto-sans/files/noto-sans-latin-ext-600-normal.woff2?url";
import cyrillic600 from "@fontsource/noto-sans/files/noto-sans-cyrillic-600-normal.woff2?url";
import cyrillicExt600 from "@fontsource/noto-sans/files/noto-sans-cyrillic-ext-600-normal.woff2?url";

const RANGES = {
  cyrillicExt: "U+0460-052F, U+1C80-1C8A, U+20B4, U+2DE0-2DFF, U+A640-A69F, U+FE2E-FE2F".split(", "),
  cyrillic: "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116".split(", "),
  latinExt: "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF".split(", "),
  latin: "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD".split(", "),
};

const absolute = (url: string) => new URL(url, window.location.href).href;

/** For the style's `font-faces`: MapLibre then needs no glyph server. A name in `text-font` must equal a key here. */
export function fontFaces() {
  const face = (url: string, range: string[]) => ({ url: absolute(url), "unicode-range": range });
  return {
    "Noto Sans Regular": [
      face(latin400, RANGES.latin),
      face(latinExt400, RANGES.latinExt),
      face(cyrillic400, RANGES.cyrillic),
      face(cyrillicExt400, RANGES.cyrillicExt),
    ],
    "Noto Sans SemiBold": [
      face(latin600, RANGES.latin),
      face(latinExt600, RANGES.latinExt),
      face(cyrillic600, RANGES.cyrillic),
      face(cyrillicExt600, RANGES.cyrillicExt),
    ],
  };
}
