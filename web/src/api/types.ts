/** Shapes that travel over HTTP and the live socket; they mirror ground_station/messages.py and the OpenAPI document. */
import type { Feature, FeatureCollection, Geometry, LineString, MultiPoint, Polygon } from "geojson";

export type LonLat = [lon: number, lat: number];

export interface User {
  name: string;
  role: Role;
}

export type Role = "viewer" | "inspector" | "officer" | "operator" | "pilot" | "admin";

export interface TokenAnswer {
  access_token: string;
  expires_in_s: number;
  user: User;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A feature without a known place has a null geometry; GeoJSON's types do not say so, its readers here check. */
export type FeaturePage = FeatureCollection<Geometry, Record<string, unknown>> & { next_cursor?: string | null };

export interface BatteryState {
  remaining_fraction: number | null;
  voltage_v: number | null;
  current_a: number | null;
}

export interface GpsState {
  fix_type: number;
  satellites: number | null;
  hdop: number | null;
}

export interface MissionProgress {
  mission_id: string | null;
  current_item: number;
  total_items: number;
  reached_item: number | null;
  state: "none" | "not_started" | "active" | "paused" | "complete" | "unknown";
}

export interface Lease {
  holder: string;
  expires_at: string;
}

export interface VehicleState {
  vehicle_id: string;
  system_id: number;
  at: string;
  link: "online" | "lost";
  heartbeat_age_s: number;
  autopilot: string;
  vehicle_type: string;
  armed: boolean;
  mode: string;
  flying: boolean;
  lon_deg: number | null;
  lat_deg: number | null;
  altitude_above_home_m: number | null;
  altitude_amsl_m: number | null;
  heading_deg: number | null;
  roll_deg: number | null;
  pitch_deg: number | null;
  ground_speed_mps: number | null;
  climb_mps: number | null;
  home_lon_deg: number | null;
  home_lat_deg: number | null;
  battery: BatteryState | null;
  gps: GpsState | null;
  ready_to_arm: boolean | null;
  status_text: string | null;
  mission: MissionProgress | null;
  packets_lost: number;
  /** Only in GET /api/v1/vehicles. */
  lease?: Lease | null;
}

export interface VehicleEvent {
  event_id: string;
  vehicle_id: string;
  at: string;
  kind: string;
  severity: "info" | "warning" | "critical";
  text: string;
  detail: Record<string, unknown>;
}

export type CommandName =
  | "arm"
  | "disarm"
  | "takeoff"
  | "goto"
  | "hold"
  | "rtl"
  | "land"
  | "set_mode"
  | "upload_mission"
  | "start_mission";

export type CommandState = "sent" | "acknowledged" | "running" | "done" | "failed";

export type CommandParameters = Record<string, string | number>;

export interface CommandUpdate {
  command_id: string;
  vehicle_id: string;
  command: CommandName;
  state: CommandState;
  at: string;
  progress: number | null;
  effect: string | null;
  reason: string | null;
  requested_by: string;
}

export interface Confirmation {
  confirmation_token: string;
  expires_at: string;
  summary: string;
}

export interface ObservationMessage {
  observation_id: string;
  revision: number;
  source_id: string;
  kind: string;
  label: string;
  confidence: number;
  track_id: number;
  started_at: string;
  ended_at: string;
  lon_deg: number | null;
  lat_deg: number | null;
  accuracy_m: number | null;
  heading_deg: number | null;
  speed_mps: number | null;
  model: string;
  vehicle_id: string | null;
}

export interface SourceStatus {
  source_id: string;
  process: "watch" | "video";
  at: string;
  state: "starting" | "running" | "no_model" | "unreachable" | "ended";
  detail: string;
  frames_per_second: number | null;
  latency_s: number | null;
}

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

export interface SurveyPreview {
  path: Feature<LineString>;
  photos: Feature<MultiPoint>;
  statistics: SurveyStatistics;
  findings: Finding[];
}

export type MissionState = "draft" | "approved" | "uploaded" | "flying" | "flown" | "failed";

export interface Mission {
  id: string;
  name: string;
  state: MissionState;
  revision: number;
  content_hash: string;
  statistics: Partial<SurveyStatistics> | null;
  findings: Finding[];
  area: Polygon | Feature<Polygon> | null;
  path: LineString | Feature<LineString> | null;
  vehicle_id: string | null;
  approved_by: string | null;
  approved_at: string | null;
  created_by: string | null;
  created_at: string;
}

export interface LiveTopics {
  "vehicle.state": VehicleState;
  "vehicle.event": VehicleEvent;
  "command.update": CommandUpdate;
  observation: ObservationMessage;
  "source.status": SourceStatus;
}

export type Topic = keyof LiveTopics;
