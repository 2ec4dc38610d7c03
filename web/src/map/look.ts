/** What the map's colours and words depend on. Every style is a function of a Look, so theme and language change in place. */
import type { Language } from "../lib/i18n.svelte";
import type { Theme } from "../lib/theme.svelte";

export interface Look {
  theme: Theme;
  language: Language;
  colours: Colours;
}

export type Colours = (typeof COLOURS)["dark"];

const COLOURS = {
  dark: {
    land: "#1a232b",
    world: "#1a232b",
    sea: "#0b1a26",
    coast: "#3b627a",
    shallows: "#0f2431",
    border: "#4a5b6a",
    grid: "#8fb4cc",
    label: "#c3d0db",
    labelQuiet: "#8a9bab",
    seaLabel: "#5d8aa6",
    halo: "#10181f",
    casing: "#10181f",
    road: "#6d7d8b",
    roadMinor: "#4c5b68",
    fibre: "#b48cf2",
    cleanup: "#d9a441",
    construction: "#e8835a",
    permit: "#7aa7e8",
    field: "#7fb069",
    zone: "#f26d6d",
    camera: "#4cc2e0",
    complex: "#f0b64a",
    live: "#4cc38a",
    observation: "#ff8ac2",
    violation: "#ff7a45",
    vehicle: "#ffd25e",
    ground: "#9fb3c4",
    lost: "#75838f",
    aircraft: "#b9c7ff",
    trail: "#ffd25e",
    plan: "#7fe0f5",
    photo: "#cdf3fb",
    replay: "#66e0ff",
    selection: "#ffffff",
  },
  light: {
    land: "#f4f2ed",
    world: "#f4f2ed",
    sea: "#c9dfeb",
    coast: "#7fa8bf",
    shallows: "#d8e9f2",
    border: "#a99f90",
    grid: "#3d6c88",
    label: "#2b3a46",
    labelQuiet: "#66757f",
    seaLabel: "#4d7f9c",
    halo: "#fbfaf7",
    casing: "#ffffff",
    road: "#b39f7f",
    roadMinor: "#cdbfa6",
    fibre: "#7a3fd0",
    cleanup: "#a26b00",
    construction: "#c4491a",
    permit: "#2f67c0",
    field: "#4f8a36",
    zone: "#c93434",
    camera: "#0a7ba0",
    complex: "#b06c00",
    live: "#14804a",
    observation: "#c4237d",
    violation: "#c8400a",
    vehicle: "#d98e00",
    ground: "#4f6373",
    lost: "#8d98a1",
    aircraft: "#3a4fb5",
    trail: "#c47f00",
    plan: "#00698c",
    photo: "#00526e",
    replay: "#0b6fb8",
    selection: "#10202c",
  },
};

export function lookOf(theme: Theme, language: Language): Look {
  return { theme, language, colours: COLOURS[theme] };
}

/** Expression: the feature's name in the language of the look, else any name it has. */
export function nameExpression(look: Look) {
  const fields = [`name_${look.language}`, "name_kk", "name_ru", "name_en", "name"];
  return ["coalesce", ...fields.map((field) => ["get", field]), ""] as unknown as string;
}
