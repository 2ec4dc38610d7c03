/** Every map layer, bottom first. To add one: write its file in layers/ and name it here. */
import type { MapLayer } from "./layer";
import { calibration } from "./layers/calibration";
import { cameras } from "./layers/cameras";
import { cleanup } from "./layers/cleanup";
import { complexes } from "./layers/complexes";
import { construction } from "./layers/construction";
import { coverage } from "./layers/coverage";
import { docks } from "./layers/docks";
import { fibre } from "./layers/fibre";
import { fields } from "./layers/fields";
import { missions } from "./layers/missions";
import { onboard } from "./layers/onboard";
import { observations } from "./layers/observations";
import { permits } from "./layers/permits";
import { planFindings } from "./layers/plan-findings";
import { planMarks } from "./layers/plan-marks";
import { photos } from "./layers/photos";
import { recordings } from "./layers/recordings";
import { replay } from "./layers/replay";
import { roads } from "./layers/roads";
import { runs } from "./layers/runs";
import { scene } from "./layers/scene";
import { safety } from "./layers/safety";
import { traffic } from "./layers/traffic";
import { trajectory } from "./layers/trajectory";
import { trails } from "./layers/trails";
import { vehicles } from "./layers/vehicles";
import { violations } from "./layers/violations";
import { zones } from "./layers/zones";

export const LAYERS: readonly MapLayer[] = [
  fields,
  zones,
  permits,
  construction,
  cleanup,
  roads,
  fibre,
  cameras,
  complexes,
  recordings,
  missions,
  runs,
  coverage,
  planMarks,
  onboard,
  docks,
  trajectory,
  observations,
  violations,
  photos,
  trails,
  traffic,
  vehicles,
  replay,
  safety,
  planFindings,
  calibration,
  scene,
];
