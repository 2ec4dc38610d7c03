/** The desk of a signed-in person: live stores, what is selected, what is shown. Features are given the desk and never each other. */
import type { Feature, Geometry } from "geojson";
import { currentToken } from "../api/client";
import { lookAt } from "../api/payload";
import type { CoverageView, LeaseChange, LonLat, Mission, MissionDifference, Role, StartConflict } from "../api/types";
import type { LegView } from "../api/schema";
import { autopilotText } from "../lib/autopilot-words";
import { inWords } from "../lib/errors";
import { doubtOf } from "../lib/geometry";
import { language, localName, maybe, t } from "../lib/i18n.svelte";
import { now } from "../lib/now.svelte";
import { theme } from "../lib/theme.svelte";
import { metres } from "../lib/units";
import { readHash, writeHash } from "../lib/url-state";
import { Docks } from "../live/docks.svelte";
import { Control } from "../live/control.svelte";
import { Findings } from "../live/findings.svelte";
import { SelectedWay } from "../live/way.svelte";
import { Fleet, positionOf } from "../live/fleet.svelte";
import { Onboard } from "../live/onboard.svelte";
import { Missions } from "../live/missions.svelte";
import { Operators } from "../live/operators.svelte";
import { Payload } from "../live/payload.svelte";
import { Rtk } from "../live/rtk.svelte";
import { Runs } from "../live/runs.svelte";
import { Safety } from "../live/safety.svelte";
import { type LinkPhase, LiveSocket } from "../live/socket";
import { Links } from "../live/links.svelte";
import { Sources } from "../live/sources.svelte";
import { Traffic } from "../live/traffic.svelte";
import { TopicHub } from "../live/topics";
import { Transfers } from "../live/transfers.svelte";
import { Violations } from "../live/violations.svelte";
import { LAYERS } from "../map/catalogue";
import { type MapLayer, NOTHING } from "../map/layer";
import { videoSources } from "../map/layers/video-sources";
import { lookOf } from "../map/look";
import type { MapClick, MapPointer, MapView } from "../map/map-view";
import type { ShapeDrawing, ShapeEvents } from "../map/shape-drawing";
import { PlannedLines, conflictMarks, coverageAreas, dockMarks, footprints, homes, missingPhotos, missionAreas, runAreas, runMissed, trafficPoints, trails, turnBackMarks, vehiclePoints } from "./paint";
import { differenceLines, legMark, planPicture } from "./plan-paint";
import { PANELS, type PanelId, type Selection, selectionFromText, selectionToText } from "./selection";

export interface Notice {
  id: number;
  severity: "info" | "warning" | "critical";
  text: string;
}

/** Something a camera can be pointed at; without an altitude it is the ground there. */
export interface LookTarget {
  at: LonLat;
  altitudeAmslM?: number | null;
}

/** A case on the map: its place and what of the scene it broke. */
export interface ShownCase {
  id: string;
  place: LonLat | null;
  accuracyM: number | null;
  broke: Geometry | null;
}

const NOTICE_S = { info: 6, warning: 15, critical: 0 };

export class Desk {
  readonly hub = new TopicHub();
  readonly fleet = new Fleet();
  readonly missions = new Missions();
  readonly findings = new Findings();
  readonly violations = new Violations();
  readonly way = new SelectedWay(() => this.#map.setData("trajectory", this.way.features()));
  readonly payload = new Payload();
  readonly operators = new Operators();
  readonly rtk = new Rtk();
  readonly safety = new Safety();
  readonly traffic = new Traffic();
  readonly sources = new Sources();
  readonly transfers = new Transfers();
  readonly onboard = new Onboard(() => this.#paintOnboard());
  readonly docks = new Docks(() => this.#map.setData("docks", dockMarks(this.docks.all)));
  readonly runs = new Runs(() => this.#paintRuns());
  readonly links = new Links();
  readonly control: Control;
  readonly userName: string;
  readonly role: Role;
  readonly mayFly: boolean;

  phase = $state<LinkPhase>("idle");
  selection = $state.raw<Selection | null>(null);
  panel = $state<PanelId | null>("vehicles");
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  layerFailures = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** Every video source, as features of GET /video-sources. */
  cameras = $state.raw<readonly Feature[]>([]);
  menu = $state.raw<MapClick | null>(null);
  pointer = $state.raw<MapPointer | null>(null);
  /** A place a vehicle is asked to fly to, waiting for the person's confirmation. */
  flyHere = $state.raw<{ vehicleId: string; to: LonLat } | null>(null);
  openMission = $state<string | null>(null);
  /** The legal order that is looked at, by its id. */
  openOrder = $state<string | null>(null);
  /** A place somebody asked to plan a mission over; the planning screen takes it. */
  planWanted = $state.raw<{ geometry: Geometry } | null>(null);
  /** A place somebody wants to be flown over by a vehicle that flies a mission; the mission's panel takes it. */
  waypointWanted = $state.raw<{ vehicleId: string; at: LonLat } | null>(null);
  following = $state<string | null>(null);
  /** Vehicles picked to be told the same together, while the selection is the fleet. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** Conflicts of missions about to start, while somebody looks at them. */
  startConflicts = $state.raw<readonly StartConflict[]>([]);
  notices = $state.raw<readonly Notice[]>([]);

  readonly #map: MapView;
  readonly #socket: LiveSocket;
  readonly #plannedLines = new PlannedLines();
  readonly #targets = new Map<string, LonLat>();
  readonly #stops: (() => void)[] = [];
  #noticeId = 0;
  #pointedAt: LonLat | null = null;
  #case: ShownCase | null = null;
  #area: Geometry | null = null;

  constructor(map: MapView, user: { name: string; role: Role; mayFly: boolean }, onRefused: () => void) {
    this.#map = map;
    this.userName = user.name;
    this.role = user.role;
    this.mayFly = user.mayFly;
    this.control = new Control(
      user.name,
      (id) => this.notify("warning", t("control.lost", { name: id })),
      (id, change) => this.#leaseNews(id, change),
    );
    this.#restoreFromUrl();
    this.#socket = new LiveSocket({
      url: `${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}/ws/live`,
      token: currentToken,
      onMessage: (topic, data) => this.hub.deliver(topic, data),
      onPhase: (phase) => {
        this.phase = phase;
        if (phase === "refused") onRefused();
        if (phase === "online") void this.#catchUp();
      },
    });
    for (const store of [this.fleet, this.findings, this.violations, this.sources, this.links, this.safety, this.control, this.transfers, this.payload, this.operators, this.traffic, this.rtk, this.docks, this.runs]) store.listen(this.hub);
    this.hub.subscribe("vehicle.event", (event) => {
      if (event.severity === "info") return;
      const named = event.text.includes(event.vehicle_id);
      const text = event.kind === "text" ? autopilotText(event.text) : event.text;
      this.notify(event.severity, named ? text : `${event.vehicle_id}: ${text}`);
    });
    this.hub.subscribe("source.event", (event) => {
      if (event.severity === "info") return;
      const what = maybe(`source.cause.${event.what}`) ?? maybe(`source.trouble.${event.what}`) ?? event.text;
      this.notify(event.severity, t(`source.event.${event.kind}`, { name: localName(this.camera(event.source_id)?.properties ?? {}) ?? event.source_id, what }));
    });
    this.hub.attach(this.#socket);
    this.#stops.push(this.traffic.onChange(() => this.#map.setData("traffic", trafficPoints(this.traffic, Date.now()))));
    this.#stops.push(this.payload.onPhotos(() => this.#map.setData("photos", this.payload.photoPoints())));
    this.#stops.push(this.fleet.onChange(() => this.paintFleet()), this.safety.onChange(() => this.paintSafety()), this.findings.onChange(() => this.#paintFindings()));
    this.#stops.push(this.violations.onChange(() => this.#paintViolations()));
    this.#stops.push(this.control.onFinished((id, update) => this.#commandEnded(id, update.command, update.state === "done")));
  }

  start(): void {
    this.#socket.start();
    for (const layer of LAYERS) void this.loadLayer(layer);
    void this.loadCameras();
    void this.missions.load();
    void this.docks.load();
    this.runs.load().catch(() => undefined); // told live once a second as well
    void this.findings.load();
    void this.violations.load();
  }

  stop(): void {
    void this.control.releaseAll();
    this.#socket.stop();
    for (const stop of this.#stops) stop();
    for (const id of LAYERS.flatMap((layer) => Object.keys(layer.sources))) this.#map.setData(id, NOTHING);
    this.#map.setData("selection", NOTHING);
  }

  async loadLayer(layer: MapLayer): Promise<void> {
    if (!layer.load) return;
    const failures = new Map(this.layerFailures);
    failures.delete(layer.id);
    try {
      for (const [source, data] of Object.entries(await layer.load())) this.#map.setData(source, data);
      this.layerFailures = failures;
    } catch (error) {
      this.layerFailures = new Map(this.layerFailures).set(layer.id, inWords(error));
    }
  }

  async loadCameras(): Promise<void> {
    try {
      this.cameras = (await videoSources()).features;
    } catch {
      // The cameras' layer shows the reason and offers to load again.
    }
  }

  /** What is in the middle of the map. */
  get middle(): LonLat {
    return this.#map.middle;
  }

  /** From there to the nearest edge of what is seen. */
  get reachM(): number {
    return this.#map.reachM;
  }

  camera(id: string): Feature | null {
    return this.cameras.find((camera) => camera.properties?.id === id) ?? null;
  }

  cameraOfVehicle(vehicleId: string): Feature | null {
    return this.cameras.find((camera) => camera.properties?.vehicle_id === vehicleId && camera.properties.live === true) ?? null;
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    if (selection?.kind === "vehicle") void this.payload.loadPhotos(selection.id);
    this.flyHere = null;
    if (selection?.kind !== "vehicle") this.following = null;
    writeHash({ sel: selectionToText(selection) });
    this.paintSelection();
    this.#showWay();
    this.paintFleet();
  }

  /** Picks exactly these vehicles and shows what can be done with several. */
  choose(ids: Iterable<string>): void {
    this.chosen = new Set(ids);
    if (this.selection?.kind !== "fleet") this.select({ kind: "fleet" });
    else this.paintSelection();
  }

  toggleChosen(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.choose(chosen);
  }

  showStartConflicts(found: readonly StartConflict[]): void {
    this.startConflicts = found;
    this.paintSafety();
  }

  showPanel(panel: PanelId | null): void {
    this.panel = panel;
    writeHash({ panel: panel ?? "none" });
  }

  toggleLayer(layer: MapLayer): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(layer.id)) hidden.add(layer.id);
    this.hidden = hidden;
    this.#map.setHidden(layer, hidden.has(layer.id));
    writeHash({ off: [...hidden].join(",") });
  }

  clicked(event: MapClick): void {
    this.menu = null;
    const hit = event.hits[0];
    // A click beside a vehicle must not throw away a choice of many.
    if (!hit) return this.selection?.kind === "fleet" ? undefined : this.select(null);
    const id = String(hit.properties.id ?? "");
    if (hit.layer === "vehicles" && this.selection?.kind === "fleet") this.toggleChosen(id);
    else if (hit.layer === "vehicles") this.select({ kind: "vehicle", id });
    else if (hit.layer === "cameras" || hit.layer === "complexes") this.select({ kind: "source", id });
    else if (hit.layer === "observations") this.select({ kind: "finding", id });
    else if (hit.layer === "violations") this.select({ kind: "violation", id });
    else if (hit.layer === "docks") this.showPanel("docks");
    else if (hit.layer === "missions" && hit.geometry.type !== "Point") {
      this.openMission = id;
      this.showPanel("missions");
    } else this.select({ kind: "feature", layer: hit.layer, properties: hit.properties, geometry: hit.geometry });
  }

  flyTo(place: LonLat, zoom?: number): void {
    this.#map.flyTo(place, zoom);
  }

  fit(geometry: Geometry): void {
    this.#map.fit(geometry);
  }

  notify(severity: Notice["severity"], text: string): void {
    if (this.notices.some((notice) => notice.text === text)) return;
    this.#noticeId += 1;
    const notice = { id: this.#noticeId, severity, text };
    this.notices = [...this.notices, notice].slice(-4);
    const seconds = NOTICE_S[severity];
    if (seconds) setTimeout(() => this.dismiss(notice.id), seconds * 1000);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** Vehicles this person controls whose gimbal can keep looking at a place. */
  get lookers(): string[] {
    return [...this.control.mine].filter((id) => this.payload.gimbals(id).some((gimbal) => gimbal.points_at_places)).sort();
  }

  /** Points a vehicle's camera at a place, and tells at which height it was taken to lie. */
  async lookAt(vehicleId: string, target: LookTarget): Promise<void> {
    try {
      const looking = await lookAt(vehicleId, target.at, target.altitudeAmslM ?? null);
      this.notify("info", t(`payload.looking.${looking.height_basis}`, { name: vehicleId, height: metres(looking.height_m) }));
    } catch (error) {
      this.notify("warning", inWords(error));
    }
  }

  /** A tool to draw with; whoever asked for it stops it. It is a tenth of the program and most visits never draw. */
  async drawShapes(events: ShapeEvents): Promise<ShapeDrawing> {
    const { ShapeDrawing } = await import("../map/shape-drawing");
    return new ShapeDrawing(this.#map, lookOf(theme.current, language.current), events);
  }

  /** Remembers where a vehicle was sent, until that command ends. */
  markTarget(vehicleId: string, to: LonLat): void {
    this.#targets.set(vehicleId, to);
    this.paintFleet();
  }

  paintFleet(): void {
    const nowMs = Date.now();
    this.#map.setData("vehicles", vehiclePoints(this.fleet, nowMs, this.selection?.kind === "vehicle" ? this.selection.id : null));
    this.#map.setData("vehicle-homes", homes(this.fleet));
    this.#map.setData("vehicle-lines", this.#plannedLines.lines(this.fleet, this.missions, this.#shownTargets()));
    this.#map.setData("vehicle-footprints", footprints(this.fleet, this.payload, this.#nadirCameras()));
    this.#map.setData("trails", trails(this.fleet));
    this.paintSafety();
    if (this.selection?.kind === "vehicle" || this.selection?.kind === "fleet") this.paintSelection();
    const followed = this.following ? this.fleet.vehicles.get(this.following) : undefined;
    const at = followed && positionOf(followed);
    if (at) this.#map.keepInView(at);
  }

  paintSafety(): void {
    this.#map.setData("turn-backs", turnBackMarks(this.safety, Date.now()));
    this.#map.setData("conflicts", conflictMarks([...this.safety.conflicts, ...this.startConflicts]));
  }

  #paintRuns(): void {
    this.#map.setData("run-covered", runAreas(this.runs.open));
    this.#map.setData("run-missed", runMissed(this.runs.open));
  }

  paintMissions(exceptId: string | null): void {
    this.#map.setData("missions", missionAreas(this.missions, exceptId));
  }

  /** Rings a place on the map that a drawing beside it speaks of; null takes the ring away. */
  pointAt(place: LonLat | null): void {
    if (place === this.#pointedAt) return;
    this.#pointedAt = place;
    this.paintSelection();
  }

  /** Outlines where something holds that is read of beside the map; null takes the outline away. */
  showArea(area: Geometry | null): void {
    this.#area = area;
    this.paintSelection();
  }

  /** What a flight covered of the open mission; null takes it off the map. */
  showCoverage(seen: CoverageView | null): void {
    this.#map.setData("coverage-areas", coverageAreas(seen));
    this.#map.setData("coverage-missing", missingPhotos(seen));
  }

  /** Draws a saved mission brightly; null clears. */
  showMission(mission: Mission | null): void {
    for (const [source, data] of Object.entries(planPicture(mission))) this.#map.setData(source, data);
  }

  /** Marks one leg of what is looked at, with its numbers; null takes the mark away. */
  showLeg(leg: LegView | null): void {
    this.#map.setData("plan-leg", legMark(leg));
  }

  /** The ways two revisions fly: only before, only after, both. */
  showPlanDifference(found: MissionDifference | null): void {
    this.#map.setData("plan-difference", differenceLines(found));
  }

  paintSelection(): void {
    const pointed: Geometry[] = this.#pointedAt ? [{ type: "Point", coordinates: this.#pointedAt }] : [];
    const geometries = [...this.#selectedGeometries(), ...pointed, ...(this.#area ? [this.#area] : [])];
    const features = geometries.map((geometry) => ({ type: "Feature" as const, properties: {}, geometry }));
    this.#map.setData("selection", { type: "FeatureCollection", features });
  }

  #selectedGeometries(): Geometry[] {
    const { selection } = this;
    if (!selection) return [];
    if (selection.kind === "feature") return [selection.geometry];
    if (selection.kind === "source") {
      const camera = this.camera(selection.id);
      return camera?.geometry && camera.properties?.category !== "drone" ? [camera.geometry] : [];
    }
    if (selection.kind === "vehicle" || selection.kind === "fleet") {
      const ids = selection.kind === "vehicle" ? [selection.id] : [...this.chosen];
      return ids.flatMap((id): Geometry[] => {
        const state = this.fleet.vehicles.get(id);
        const at = state && positionOf(state);
        return at ? [{ type: "Point", coordinates: at }] : [];
      });
    }
    if (selection.kind === "violation") return this.#caseGeometries(selection.id);
    const finding = this.findings.get(selection.id);
    if (!finding?.place) return [];
    const ring = finding.accuracyM ? [doubtOf(finding.place, finding.accuracyM, finding.ellipse)] : [];
    return [{ type: "Point", coordinates: finding.place }, ...ring];
  }

  /** Its place with the circle that holds the true one, and what of the scene it broke. */
  #caseGeometries(id: string): Geometry[] {
    const seen = this.#case?.id === id ? this.#case : this.violations.get(id);
    const ring = seen?.place && seen.accuracyM ? [doubtOf(seen.place, seen.accuracyM, null)] : [];
    const point: Geometry[] = seen?.place ? [{ type: "Point", coordinates: seen.place }] : [];
    return [...point, ...ring, ...(this.#case?.id === id && this.#case.broke ? [this.#case.broke] : [])];
  }

  /** The case an officer has before him; null takes it off the map. */
  showCase(seen: ShownCase | null): void {
    this.#case = seen;
    this.paintSelection();
    this.#paintViolations();
  }

  #paintViolations(): void {
    this.#map.setData("violations", this.violations.points(this.#case?.id ?? null));
    if (this.selection?.kind === "violation") this.paintSelection();
  }

  /** Places vehicles were sent to, and the one a person is just asked about. */
  #shownTargets(): ReadonlyMap<string, LonLat> {
    return this.flyHere ? new Map(this.#targets).set(this.flyHere.vehicleId, this.flyHere.to) : this.#targets;
  }

  #nadirCameras(): ReadonlyMap<string, number> {
    const entries = this.cameras.flatMap((camera): [string, number][] => {
      const { category, vehicle_id: vehicle, hfov_deg: hfov } = camera.properties ?? {};
      return category === "drone" && typeof vehicle === "string" && typeof hfov === "number" ? [[vehicle, hfov]] : [];
    });
    return new Map(entries);
  }

  #paintOnboard(): void {
    this.#map.setData("onboard-fences", this.onboard.fences());
    this.#map.setData("onboard-rally", this.onboard.rallyPoints());
  }

  #paintFindings(): void {
    this.#map.setData("observations", this.findings.points(now.ms));
    this.#map.setData("observations-circles", this.findings.circles());
    this.#showWay();
  }

  /** Of the finding that is looked at, as far as it has come. */
  #showWay(): void {
    const id = this.selection?.kind === "finding" ? this.selection.id : null;
    this.way.show(id, (id && this.findings.get(id)?.revision) || 0);
  }

  /** After each (re)connection: leases and states that changed while nobody listened. */
  async #catchUp(): Promise<void> {
    try {
      for (const state of await this.fleet.load()) {
        if (!this.control.mine.has(state.vehicle_id)) this.control.noteLease(state.vehicle_id, state.lease);
      }
    } catch {
      // Live states follow over the socket; leases are asked again with the next connection or take.
    }
  }

  /** What another person did about control of a vehicle, as far as it concerns this one. */
  #leaseNews(vehicleId: string, change: LeaseChange): void {
    const values = { by: change.by, name: vehicleId, reason: change.reason };
    if (change.kind === "taken_over") this.notify("critical", t("control.told.takenOver", values));
    else if (change.kind === "asked" || change.kind === "refused" || change.kind === "granted") {
      const text = t(`control.told.${change.kind}`, values);
      this.notify(change.kind === "granted" ? "info" : "warning", change.reason ? `${text}: ${change.reason}` : text);
    }
  }

  #commandEnded(vehicleId: string, command: string, done: boolean): void {
    if (command === "goto" || done) this.#targets.delete(vehicleId);
    const missionId = this.fleet.vehicles.get(vehicleId)?.mission?.mission_id;
    if ((command === "upload_mission" || command === "start_mission") && missionId) {
      this.missions.refresh(missionId).catch(() => undefined);
    }
  }

  #restoreFromUrl(): void {
    const hash = readHash(window.location.hash);
    const panel = hash.get("panel");
    if (panel === "none") this.panel = null;
    else if (PANELS.some((known) => known === panel)) this.panel = panel as PanelId;
    this.selection = selectionFromText(hash.get("sel"));
    this.hidden = hiddenFromUrl();
  }
}

export function hiddenFromUrl(): Set<string> {
  const off = readHash(window.location.hash).get("off");
  if (off !== undefined) return new Set(off.split(",").filter(Boolean));
  return new Set(LAYERS.filter((layer) => !layer.shown).map((layer) => layer.id));
}
