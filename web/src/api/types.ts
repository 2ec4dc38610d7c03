/**
 * Shapes that travel over HTTP and the live socket. What the server publishes comes from schema.ts; here stands only
 * what its schemas leave open: GeoJSON members, survey requests, statistics and findings.
 */
import type { Feature, FeatureCollection, Geometry, LineString, MultiPoint, Polygon } from "geojson";
import type { LeaseRequest, MissionView, MissionPreview as OpenPreview } from "./schema";

export type {
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
  DockDeed,
  DockStatus,
  FleetCommandView,
  FleetComparison,
  GroupView,
  ScheduleView,
  StartConflict,
  StartsView,
  CommandUpdate,
  Confirmation,
  CoverageView,
  FlightBookView,
  FlightDetail,
  FlightView,
  GimbalState,
  GpsState,
  ImportReport,
  LeaseChange,
  LeaseRequest,
  LeaseState,
  LinkStatus,
  LiveTopics,
  MissionProgress,
  OperatorState,
  PayloadState,
  PhotoRow,
  ParameterComparison,
  ParameterDifference,
  ParameterValue,
  RallyOnBoard,
  TransferUpdate,
  VehicleLog,
  ObservationMessage,
  PreflightView,
  RallyBody,
  ReplayView,
  Role,
  SourceStatus,
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
export type Topic = keyof import("./schema").LiveTopics;

/** What is known of a vehicle's lease, whoever told it: the list, an answer of the server, or the live topic. */
export interface Lease {
  holder: string;
  expires_at: string;
  asked?: LeaseRequest | null;
}

export type LonLat = [lon: number, lat: number];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A feature without a known place has a null geometry; GeoJSON's types do not say so, its readers here check. */
export type FeaturePage = FeatureCollection<Geometry, Record<string, unknown>> & { next_cursor?: string | null };

export type CommandParameters = Record<string, string | number>;

export interface CameraModel {
  id: string;
  name: string;
}

export interface SurveyRequest {
  polygon: Polygon;
  camera: string;
  gsd_cm?: number;
  altitude_m?: number;
  front_overlap: number;
  side_overlap: number;
  angle_deg: number | "auto";
  speed_mps: number;
  home: LonLat | null;
}

export interface SurveyStatistics {
  distance_m: number;
  duration_s: number;
  photos: number;
  area_m2: number;
  lines: number;
  gsd_cm: number;
  altitude_m: number;
  angle_deg: number;
  covered_share: number;
}

export interface Finding {
  severity: "info" | "warning" | "error";
  code: string;
  item: number | string | null;
  message: string;
}

/** `statistics` is null when the findings say why nothing could be planned. */
export interface SurveyPreview extends Omit<OpenPreview, "path" | "photos" | "statistics" | "findings"> {
  path: Feature<LineString>;
  photos: Feature<MultiPoint>;
  statistics: SurveyStatistics | null;
  findings: Finding[];
}

export interface Mission extends Omit<MissionView, "area" | "path" | "statistics" | "findings" | "state"> {
  state: "proposed" | "draft" | "approved" | "uploaded" | "flying" | "flown" | "failed";
  statistics: Partial<SurveyStatistics> | null;
  findings: Finding[];
  area: Polygon | null;
  path: LineString | null;
}

export type MissionState = Mission["state"];
