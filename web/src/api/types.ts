/**
 * Shapes that travel over HTTP and the live socket. What the server publishes comes from schema.ts; here stands only
 * what its schemas leave open: GeoJSON members, survey requests, statistics and findings.
 */
import type { Feature, FeatureCollection, Geometry, LineString, MultiLineString, MultiPoint } from "geojson";
import type { CameraModelView, DifferenceView, LeaseRequest, LegalOrderBody, LegalOrderView, LimitView, MissionView, RevisionSummary, TemplateView, MissionPreview as OpenPreview, SpanView } from "./schema";

export type {
  CameraCalibrationFitView,
  CameraCalibrationHistory,
  CameraCalibrationView,
  CaseView,
  DecisionView,
  HandoverList,
  HandoverView,
  NextCase,
  ReviewFigures,
  ReviewList,
  ReviewQueue,
  SceneBrief,
  SceneView,
  SourceRuleList,
  SourceRuleView,
  AffectedCase,
  CertificateBody,
  CertificateList,
  RuleFiguresView,
  ShareView,
  WaitingView,
  AuditPage,
  AuditVerdictView,
  BatteryInstance,
  BatteryState,
  CameraState,
  CheckView,
  CircleBody,
  CommandName,
  FenceJudged,
  FenceOnBoard,
  FlightModes,
  PolygonBody,
  CommandState,
  ConflictState,
  DetectorView,
  DockDeed,
  Measured,
  ModelChoiceView as ModelChoice,
  ModelsView as SourceModels,
  DockStatus,
  FleetCommandView,
  FleetComparison,
  GroupView,
  ProfileView,
  ScheduleView,
  StartConflict,
  StartsView,
  CommandUpdate,
  Confirmation,
  CoverageView,
  ExportView,
  HoldView,
  OriginalGrant,
  RecordedEventView,
  ReceiptView,
  RecordedSources,
  RecordedSourceView,
  SegmentView,
  TimelineView,
  FlightBookView,
  FlightDetail,
  FlightView,
  GimbalState,
  GpsState,
  AirspaceForceView,
  AirspaceImportView,
  LimitView,
  ZoneForceView,
  AirspaceView,
  ImportReport,
  LeaseChange,
  LeaseRequest,
  LeaseState,
  LinkStatus,
  LiveTopics,
  MissionProgress,
  MissionRunState,
  OperatorState,
  PayloadState,
  PhotoRow,
  ParameterComparison,
  ParameterDifference,
  ParameterValue,
  RallyOnBoard,
  RunSlotState,
  RunState,
  TransferUpdate,
  VehicleLog,
  ObservationMessage,
  PreflightView,
  RallyBody,
  ReplayView,
  Role,
  SourceEvent,
  SourceStatus,
  TierView as SourceTier,
  TrajectoryFeature,
  TurnBackState,
  Token,
  User,
  VehicleEvent,
  RtkStatus,
  TrafficState,
  VehicleState,
  VideoStream,
  VehicleWithLease,
} from "./schema";
export type Tier = import("./schema").TierView["wanted"];
export type Topic = keyof import("./schema").LiveTopics;

/** What is known of a vehicle's lease, whoever told it: the list, an answer of the server, or the live topic. */
export interface Lease {
  holder: string;
  expires_at: string;
  asked?: LeaseRequest | null;
}

export type RejectionReason = NonNullable<import("./schema").ReviewBody["reason"]>;
export type ReviewDecision = import("./schema").ReviewBody["decision"];
/** An order with its area as GeoJSON. */
export type LegalOrder = Omit<LegalOrderView, "area"> & { area: Geometry | null };
export type LegalOrderSetup = Omit<LegalOrderBody, "area"> & { area: Geometry | null };
export type Revocation = Omit<import("./schema").Revocation, "order"> & { order: LegalOrder };
export type ViolationMessage = import("./schema").LiveTopics["violation"];

export type LonLat = [lon: number, lat: number];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A feature without a known place has a null geometry; GeoJSON's types do not say so, its readers here check. */
export type FeaturePage = FeatureCollection<Geometry, Record<string, unknown>> & { next_cursor?: string | null };

export type CommandParameters = Record<string, string | number>;

export type CameraModel = CameraModelView;

/** A part of JSON Schema with the units and geometries the server adds. */
export interface SchemaProperty {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: SchemaProperty[];
  items?: SchemaProperty;
  properties?: Record<string, SchemaProperty>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  "x-unit"?: string;
  "x-geometry"?: string;
  "x-optional"?: boolean;
}

export interface PatternInfo {
  pattern: string;
  title: string;
  request: { properties: Record<string, SchemaProperty>; required?: string[] };
}

/** What the planner is asked; its members are those of the pattern. */
export type PlanRequest = { pattern?: string } & Record<string, unknown>;

export interface PlanStatistics {
  distance_m: number;
  duration_s: number;
  photos: number;
  area_m2: number;
  lines: number;
  gsd_cm: number;
  altitude_m: number;
  angle_deg: number;
  covered_share: number;
  energy_wh?: number;
  batteries?: number;
  speed_mps?: number;
  in_zones_m?: number;
  line_spacing_m?: number;
  trigger_m?: number;
  footprint_across_m?: number;
  footprint_along_m?: number;
  data_bytes?: number | null;
  overlapping_share?: number | null;
  least_agl_m?: number | null;
  gsd_min_cm?: number | null;
  gsd_max_cm?: number | null;
  front_overlap_min?: number | null;
  side_overlap_min?: number | null;
  sorties?: number;
  largest_sortie_s?: number | null;
}

/** What the certificate of a mission is read for here; the whole of it is kept as a file. */
export interface CertificateView {
  certificate: {
    passed: boolean;
    returns_clear: boolean;
    forbidden_m: number;
    outside_fence_m: number | null;
    fence_margin_m: number | null;
    within_fence_margin_m: number | null;
    least_fence_m: number | null;
    least_zone_m: number | null;
    return_shadow_m: number;
    ground: string;
    zones: unknown[];
    legs: unknown[];
    returns: { forbidden_m: number; outside_fence_m: number | null }[];
    rally_returns: { forbidden_m: number; outside_fence_m: number | null }[];
    certificate_hash: string;
  };
  findings: Finding[];
  limits: LimitView[];
}

export interface Finding {
  severity: "info" | "warning" | "error";
  code: string;
  item: number | string | null;
  message: string;
  place?: LonLat | null;
  /** Numbers and names in the message. */
  values?: Record<string, string | number>;
}

/** One flight of one battery or vehicle, of a request that gives several. */
export interface Sortie {
  vehicle: string | number | null;
  distance_m?: number;
  duration_s?: number;
  energy_wh?: number;
  photos?: number;
  path: Feature<LineString> | LineString;
}

/** `statistics` is null when the findings say why nothing could be planned. */
export interface PlanPreview extends Omit<OpenPreview, "path" | "photos" | "statistics" | "findings" | "sorties"> {
  path: Feature<LineString>;
  photos: Feature<MultiPoint>;
  statistics: PlanStatistics | null;
  findings: Finding[];
  sorties: Sortie[];
}

export interface Mission extends Omit<MissionView, "area" | "path" | "statistics" | "findings" | "state" | "request"> {
  state: "proposed" | "draft" | "approved" | "uploaded" | "flying" | "flown" | "failed";
  statistics: Partial<PlanStatistics> | null;
  findings: Finding[];
  request: PlanRequest | null;
  area: Geometry | null;
  path: LineString | null;
}

/** One revision in the list, newest first. */
export type MissionRevision = Omit<RevisionSummary, "statistics"> & { statistics: Partial<PlanStatistics> };

interface Values {
  before: unknown;
  after: unknown;
}

export interface MissionDifference extends Omit<DifferenceView, "items" | "request" | "statistics" | "only_before" | "only_after" | "both"> {
  items: { kind: "added" | "removed" | "moved" | "changed"; before: number | null; after: number | null; command: string; place: LonLat | null }[];
  request: Record<string, Values>;
  statistics: Record<string, Values>;
  only_before: MultiLineString;
  only_after: MultiLineString;
  both: MultiLineString;
}

export interface MissionTemplate extends Omit<TemplateView, "request"> {
  request: PlanRequest;
}

export type MissionState = Mission["state"];
export type FoundCamera = import("./schema").FoundCameraView;
export type OnvifCamera = import("./schema").OnvifCameraView;
export type SourceTrial = import("./schema").Trial;
export type VideoSourceEntry = Pick<import("./schema").VideoSourceBody, "name_kk" | "name_ru" | "name_en" | "category" | "enabled"> & Partial<import("./schema").VideoSourceBody>;

/** Recorded video of one source without a hole. */
export type RecordingSpan = Omit<SpanView, "labels" | "view"> & { labels: Record<string, number>; view: Geometry | null };

export interface SpanList {
  items: RecordingSpan[];
  next_before: string | null;
}
