/** Made by `npm run types` from the server's published schemas; do not edit. */

export interface AffectedCase {
  at: string;
  evidence_tier: "A" | "B" | "C";
  id: string;
  rule: string;
  source_id: string;
  /** withdrawn; handed_over where it has left the house and must be called back */
  state: "new" | "accepted" | "rejected" | "unclear" | "withdrawn" | "handed_over";
}

export interface AirspaceForceView {
  at: string;
  items: (ZoneForceView)[];
}

export interface AirspaceFormatView {
  id: string;
  suffixes: (string)[];
  title: string;
}

export interface AirspaceImportView {
  /** What was repaired, assumed or left out */
  remarks: (AirspaceRemark)[];
  remarks_left_out: number;
  source: string;
  zones: number;
}

export interface AirspaceRemark {
  code: string;
  /** Line or feature of the file */
  item: number | null;
  message: string;
  /** Numbers and names of the message; `form` and `code` name its sentence */
  values: Record<string, unknown>;
}

export interface AirspaceSourceView {
  source: string;
  valid_from: string;
  /** When the last of its zones ends; null when one has no end */
  valid_to: string | null;
  zones: number;
}

export interface AirspaceView {
  formats: (AirspaceFormatView)[];
  sources: (AirspaceSourceView)[];
}

export interface ApprovalView {
  at: string;
  by: string;
}

/** The last time the aircraft asked this station whether it may arm, and what it was told. */
export interface ArmAuthorisationState {
  at: string | null;
  /** Whether this station answers such requests */
  enabled: boolean;
  reason: "generic" | "none" | "invalid_waypoint" | "timeout" | "airspace_in_use" | "bad_weather" | null;
  state: "never_asked" | "asking" | "granted" | "denied";
  /** Why it was denied, in words */
  text: string;
  valid_until: string | null;
}

export interface AuditEntryView {
  action: string;
  actor: string;
  at: string;
  detail: Record<string, unknown>;
  hash: string;
  sequence: number;
  subject: string;
}

export interface AuditPage {
  items: (AuditEntryView)[];
  /** Ask again with `before` set to this for older entries */
  next_before: number | null;
}

export interface AuditVerdictView {
  /** Entries that fit the chain, counted from the first */
  entries: number;
  /** Sequence number of the first entry that does not fit */
  first_broken: number | null;
  whole: boolean;
}

/** One of the vehicle's batteries, by its own number. What it does not tell is null. */
export interface BatteryInstance {
  battery: number;
  /** Empty where only the whole is measured */
  cells_v: (number)[];
  charge: "ok" | "low" | "critical" | "emergency" | "failed" | "unhealthy" | "charging" | null;
  consumed_mah: number | null;
  current_a: number | null;
  function: "all" | "propulsion" | "avionics" | "payload" | null;
  remaining_fraction: number | null;
  /** By the battery's own estimate */
  remaining_s: number | null;
  temperature_c: number | null;
  voltage_v: number | null;
}

export interface BatteryState {
  current_a: number | null;
  remaining_fraction: number | null;
  voltage_v: number | null;
}

/** Totals under one name. `battery_cycles` adds up the fractions used: 1.0 is one whole battery. */
export interface BookLine {
  battery_cycles: number;
  distance_m: number;
  first_flight_at: string;
  flights: number;
  flown_s: number;
  incidents: number;
  last_flight_at: string;
  max_height_m: number | null;
  name: string;
}

export interface CalibrationPointBody {
  lonlat: [number, number];
  /** From the upper left corner of the picture */
  px: [number, number];
}

export interface CalibrationView {
  battery_wh: number;
  /** At 2 m/s, a copter straight up, a plane at `cruise_mps` */
  climb_w: number;
  cruise_mps: number;
  /** Level at `cruise_mps` */
  cruise_w: number;
  /** Root mean square of how far the energy of a flight is from the model's, as a share of it */
  error_share: number;
  flights: number;
  /** Each flight was foretold from the others; false: there was only one, and the error is that of the fit */
  foretold: boolean;
  /** None: a plane does not hover */
  hover_w: number | null;
  /** Numbers of the model these flights say nothing of; they stayed as they were */
  kept: (string)[];
  kind: "copter" | "plane";
  mass_kg: number;
  /** From flights of this vehicle; false: the assumed copter or plane */
  measured: boolean;
  not_used: (FlightNotUsed)[];
  /** Share of the battery not planned for */
  reserve: number;
  samples: number;
  vehicle_id: string;
}

export interface CameraCalibrationFitView {
  /** None for a homography */
  camera: FittedCameraView | null;
  kind: "pinhole" | "homography";
  /** Median over the points */
  left_out_m: number | null;
  points: (PointErrorView)[];
  residual_px: number;
  /** Corners of the ground it sees well */
  seen: ([number, number])[];
}

export interface CameraCalibrationHistory {
  items: (CameraCalibrationView)[];
}

export interface CameraCalibrationView {
  has_still: boolean;
  id: string;
  image_size_px: [number, number];
  kind: string;
  left_out_m: number | null;
  made_at: string;
  made_by: string;
  note: string;
  points: (CalibrationPointBody)[];
  residual_px: number;
}

export interface CameraModelView {
  exposure_s: number;
  focal_length_mm: number;
  id: string;
  image_height_px: number;
  image_width_px: number;
  min_interval_s: number;
  name: string;
  origin: Origin;
  sensor_height_mm: number;
  sensor_width_mm: number;
  shutter: string;
  source: string;
}

/** One camera of a vehicle. `camera` is its MAVLink component id; 1 is a camera the autopilot speaks for. */
export interface CameraState {
  abilities: ("photo" | "video" | "modes" | "zoom" | "focus" | "stream" | "photo_in_video" | "video_in_photo" | "tracking")[];
  camera: number;
  firmware: string | null;
  free_mib: number | null;
  /** Across the picture, from the lens or as the camera tells it */
  hfov_deg: number | null;
  /** Between photographs of a series; null when there is none */
  interval_s: number | null;
  mode: "image" | "video" | "survey" | null;
  name: string;
  online: boolean;
  /** Taken since the index began */
  photos: number | null;
  /** Taken, but their places have not been told yet */
  photos_missing: number;
  /** How long a video has been recorded; null when none is */
  recording_s: number | null;
  /** empty, unformatted, ready or not supported */
  storage: string | null;
  streams: (VideoStream)[];
  /** The shutter is open, or a series is under way */
  taking_photo: boolean | null;
  total_mib: number | null;
  vfov_deg: number | null;
  zoom_percent: number | null;
}

/** A case before an officer, until `deadline_at`. Decide with its `look_id`, and `revision` in If-Match. */
export interface CaseView {
  accuracy_m: number | null;
  at: string;
  bbox_px: [number, number, number, number];
  /** What of the scene it broke, a GeoJSON feature */
  broke: Record<string, unknown> | null;
  confidence: number;
  deadline_at: string;
  doubtful_why: string | null;
  evidence_tier: "A" | "B" | "C";
  feature: string;
  from_at: string;
  label: string;
  legal_order: OrderView | null;
  look_id: string;
  measure: MeasureView | null;
  model: string;
  /** Of the picture that `bbox_px` is in, where it is known */
  picture_size_px: [number, number] | null;
  plate: Record<string, unknown> | null;
  position: [number, number] | null;
  proof_at: (string)[];
  revision: string;
  rule: string;
  rule_edition: string;
  scene_edition: number | null;
  shown_at: string;
  source_id: string;
  track_id: number;
  until_at: string;
  vehicle_id: string | null;
  violation_id: string;
}

export interface CertificateBody {
  id: string;
  number: string;
  type_approval: string;
  valid_from: string;
  valid_to: string;
}

export interface CertificateList {
  items: (CertificateBody)[];
}

export interface CheckView {
  cause: Sentence | null;
  code: string;
  next_step: Sentence | null;
  severity: Severity;
  text: Sentence;
}

export interface CircleBody {
  centre: Place;
  inclusion: boolean;
  radius_m: number;
}

export type CommandName = "arm" | "disarm" | "takeoff" | "goto" | "hold" | "rtl" | "land" | "set_mode" | "upload_mission" | "start_mission" | "pause_mission" | "resume_mission" | "skip_to_item" | "change_speed" | "reshoot" | "change_mission" | "calibrate";

export type CommandState = "sent" | "acknowledged" | "running" | "done" | "failed";

/** State of a command. `done` means the effect was seen in telemetry; `effect` says what was seen, `reason` why it failed. */
export interface CommandUpdate {
  at: string;
  command: CommandName;
  command_id: string;
  effect: string | null;
  progress: number | null;
  reason: string | null;
  requested_by: string;
  /** The vehicle's own acknowledgement, as MAV_RESULT in words: in progress, cancelled, denied */
  result: string | null;
  state: CommandState;
  vehicle_id: string;
}

export interface Confirmation {
  confirmation_token: string;
  expires_at: string;
  summary: string;
}

/** Two vehicles that would come too close, by their plans or by how they move now. */
export interface ConflictState {
  altitude_amsl_m: number;
  at: string;
  first: string;
  horizontal_m: number;
  in_s: number;
  lat_deg: number;
  lon_deg: number;
  second: string;
  vertical_m: number;
}

/** Which station the aircraft obeys, by its own CONTROL_STATUS. */
export interface ControlState {
  /** Another station that asks this one for control */
  asked_by: number | null;
  asked_until: string | null;
  /** System id of the station in control; None: nobody, every station is obeyed */
  controller: number | null;
  ours: boolean;
  /** MAVLink system id of this station */
  station_system_id: number;
  /** False when the aircraft does not tell; None before it was asked */
  supported: boolean | null;
  /** Another station may take control unasked */
  takeover_allowed: boolean;
}

/** Areas as GeoJSON MultiPolygons; `missing` are places of expected photographs nobody took. */
export interface CoverageView {
  covered: Record<string, unknown>;
  covered_m2: number;
  expected_shots: number;
  gap_count: number;
  gap_m2: number;
  gaps: Record<string, unknown>;
  missing: ([number, number])[];
  /** Of what the plan was to cover */
  share: number;
  shots: number;
  /** photos: the log tells of each; track: they follow from where the vehicle flew */
  source: string;
  target_m2: number;
}

/** What was written. What it made of the case is not told: another officer may have to look. */
export interface DecisionView {
  decision: "accept" | "reject" | "unclear";
  review_id: string;
  seconds_spent: number;
  violation_id: string;
}

/** `card` is null when nothing is known of the model; `trouble` says why a card that is there does not count. */
export interface DetectorView {
  card: ModelCard | null;
  file: string;
  trouble: string | null;
  used: boolean;
}

/** From revision `before` to revision `after`. */
export interface DifferenceView {
  after: number;
  before: number;
  both: Record<string, unknown>;
  /** kind (added, removed, moved, changed), before and after (item numbers), command, place */
  items: (Record<string, unknown>)[];
  only_after: Record<string, unknown>;
  /** GeoJSON MultiLineString of ways flown only before */
  only_before: Record<string, unknown>;
  /** Members that differ: before and after */
  request: Record<string, unknown>;
  same_flight: boolean;
  statistics: Record<string, unknown>;
}

/** One line of a dock's history. */
export interface DockDeed {
  /** open, close, charge, state, fault, kept_shut, set_up */
  action: string;
  at: string;
  /** A user's name, or 'dock' where it acted by itself */
  by: string;
  /** Why it acted by itself: in_air, landed, put_on_pad, no_start, stands; or which fault */
  code: string | null;
  reason: string | null;
  state: string | null;
  vehicle_id: string | null;
}

/** A dock as it is now. */
export interface DockStatus {
  at: string;
  /** Of the battery on its contacts, by the dock's own measurement */
  charge_fraction: number | null;
  dock_id: string;
  /** lid_stuck, no_charge, landed_beside, or the dock's own words */
  fault: string;
  kind: "simulated" | "http";
  lat_deg: number;
  lon_deg: number;
  name: string;
  rain_limit_mm_h: number;
  rain_mm_h: number | null;
  state: "closed" | "opening" | "open" | "away" | "closing" | "charging" | "ready" | "fault" | "unreachable";
  /** What stands in it, or starts from it */
  vehicle_id: string | null;
  /** Something stands on its contacts; null without such a sensor */
  vehicle_present: boolean | null;
  /** Why nothing may start from it now; null when it may */
  weather: string | null;
  wind_limit_mps: number;
  wind_mps: number | null;
}

export interface EnergyView {
  battery_wh: number;
  /** At 2 m/s, a copter straight up, a plane at `cruise_mps` */
  climb_w: number;
  cruise_mps: number;
  /** Level at `cruise_mps` */
  cruise_w: number;
  /** None: a plane does not hover */
  hover_w: number | null;
  kind: "copter" | "plane";
  mass_kg: number;
  /** From flights of this vehicle; false: the assumed copter or plane */
  measured: boolean;
  /** Share of the battery not planned for */
  reserve: number;
  vehicle_id: string;
}

export interface ExportView {
  asked_at: string | null;
  asked_by: string;
  ended_at: string;
  export_id: string;
  failure: string;
  original: boolean;
  progress: number;
  reason: string;
  sha256: string | null;
  size_bytes: number | null;
  source_id: string;
  started_at: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled" | "deleted";
}

export interface FenceJudged {
  checks: (CheckView)[];
  may_upload: boolean;
}

export interface FenceOnBoard {
  /** When the vehicle was asked last */
  at: string;
  circles: (CircleBody)[];
  polygons: (PolygonBody)[];
}

/** One sigma beside each. */
export interface FittedCameraView {
  heading_deg: number;
  heading_sigma_deg: number;
  height_m: number;
  height_sigma_m: number;
  hfov_deg: number;
  hfov_sigma_deg: number;
  k1: number;
  k2: number;
  pitch_deg: number;
  position: [number, number];
  position_sigma_m: number;
  roll_deg: number;
  tilt_sigma_deg: number;
}

/** One vehicle's line: its command as sent, or why it was not. */
export interface FleetCommandRow {
  refusal: Refusal | null;
  update: CommandUpdate | null;
  vehicle_id: string;
}

export interface FleetCommandView {
  items: (FleetCommandRow)[];
}

export interface FleetComparison {
  items: (FleetComparisonRow)[];
}

/** Either a comparison or why there is none. */
export interface FleetComparisonRow {
  comparison: ParameterComparison | null;
  error: string | null;
  vehicle_id: string;
}

/** All conflicts now; an empty list says that there are none. */
export interface FleetConflicts {
  at: string;
  items: (ConflictState)[];
}

/** Totals by vehicle and by pilot, most flown first. */
export interface FlightBookView {
  pilots: (BookLine)[];
  vehicles: (BookLine)[];
}

export interface FlightDetail {
  airborne: boolean;
  /** Fraction of the battery */
  battery_used: number | null;
  distance_m: number | null;
  duration_s: number | null;
  ended_at: string | null;
  files: (FlightFileView)[];
  flight_id: string;
  incident_list: (IncidentView)[];
  incidents: number;
  /** Above home */
  max_height_m: number | null;
  mission_id: string | null;
  outline: Record<string, unknown> | null;
  pilot: string | null;
  source: "live" | "tlog" | "dataflash" | "ulog" | "dji_srt";
  started_at: string;
  vehicle_id: string;
}

/** A log that tells of the flight. */
export interface FlightFileView {
  /** False while it is being written */
  complete: boolean;
  file_id: string;
  format: string;
  name: string;
  /** By this station; otherwise imported */
  recorded: boolean;
  size_bytes: number;
}

export interface FlightModeRow {
  advanced: boolean;
  /** What `set_mode` takes */
  name: string;
  selectable: boolean;
  /** As the vehicle calls it */
  title: string;
}

export interface FlightModes {
  current: string;
  items: (FlightModeRow)[];
  /** Listed by the vehicle itself, or known of its autopilot */
  source: "vehicle" | "autopilot";
}

export interface FlightNotUsed {
  flight_id: string;
  reason: string;
}

/** One flight. `duration_s` counts on while it lasts; `outline` is its path simplified, a GeoJSON LineString. */
export interface FlightView {
  airborne: boolean;
  /** Fraction of the battery */
  battery_used: number | null;
  distance_m: number | null;
  duration_s: number | null;
  ended_at: string | null;
  flight_id: string;
  incidents: number;
  /** Above home */
  max_height_m: number | null;
  mission_id: string | null;
  outline: Record<string, unknown> | null;
  pilot: string | null;
  source: "live" | "tlog" | "dataflash" | "ulog" | "dji_srt";
  started_at: string;
  vehicle_id: string;
}

/** The flight of the mission on board, wind counted in. */
export interface Forecast {
  duration_s: number;
  energy_wh: number;
}

/** A camera that answered. `address` is its ONVIF device service. */
export interface FoundCameraView {
  address: string;
  hardware: string;
  name: string;
}

/** One gimbal. Angles in degrees: pitch up from level, heading from true north, yaw to the right of the vehicle's nose. */
export interface GimbalState {
  /** 'us', 'nobody', or 'system 255, component 190'; null while not told */
  controlled_by: string | null;
  /** Device id as its manager names it */
  gimbal: number;
  heading_deg: number | null;
  pitch_deg: number | null;
  pitch_max_deg: number | null;
  pitch_min_deg: number | null;
  /** Takes a place on the map to look at */
  points_at_places: boolean;
  roll_deg: number | null;
  second_control: string | null;
  yaw_deg: number | null;
  /** Keeps its heading while the vehicle turns */
  yaw_locked: boolean | null;
  yaw_max_deg: number | null;
  yaw_min_deg: number | null;
}

export interface GpsState {
  /** MAVLink GPS_FIX_TYPE: 0 none, 3 = 3D, 4 = DGPS, 5 and 6 RTK */
  fix_type: number;
  hdop: number | null;
  satellites: number | null;
}

export interface GroupView {
  created_at: string;
  created_by: string;
  id: string;
  name: string;
  vehicle_ids: (string)[];
}

export interface HandoverList {
  items: (HandoverView)[];
  next_cursor: string | null;
  /** The outside system; null when none is set up, and cases leave by file */
  target: string | null;
}

/** `state`: waiting, delivered (with a receipt), refused (by the other side), expired (never reached), cancelled (withdrawn before). */
export interface HandoverView {
  asked_by: string;
  at: string;
  deadline_at: string;
  done_at: string | null;
  handover_id: string;
  kind: "case" | "withdrawal";
  next_try_at: string | null;
  receipt: Record<string, unknown> | null;
  state: "waiting" | "delivered" | "refused" | "expired" | "cancelled";
  target: string;
  tries: number;
  trouble: string;
  violation_id: string;
}

/** What is judged before a flight. Unknown values are null. */
export interface HealthState {
  /** Its clock minus ours */
  clock_offset_s: number | null;
  /** The autopilot's estimate of where it is */
  estimator: "good" | "poor" | "bad" | null;
  /** What is worst about it, e.g. 'compass 0.92' */
  estimator_detail: string;
  /** Messages lost on the way in the last minute */
  loss_fraction: number | null;
  /** Where the wind comes from */
  wind_from_deg: number | null;
  wind_speed_mps: number | null;
}

export interface HoldView {
  first_at: string;
  last_at: string;
  made_by: string;
  segments: number;
  size_bytes: number;
  source_id: string;
  subject: string;
  until: string;
}

/** What a file held, what was made of it, and what was left out. */
export interface ImportReport {
  /** What was not used, and how many of it */
  dropped: Record<string, unknown>;
  file_name: string;
  firmware: string | null;
  flights: (ImportedFlight)[];
  format: string;
  notes: (string)[];
  positions: number;
  sha256: string;
  size_bytes: number;
  vehicles: (string)[];
}

/** What became of one flight of the file. */
export interface ImportedFlight {
  airborne: boolean;
  duration_s: number;
  flight_id: string;
  points: number;
  started_at: string;
  /** known: imported before; joined: the station had followed it itself */
  state: "new" | "known" | "joined";
  vehicle_id: string;
}

export interface IncidentView {
  at: string;
  kind: string;
  severity: "warning" | "critical";
  text: string;
}

export interface KeepView {
  by: string;
  reason: "finding" | "observation" | "event" | "person";
  subject: string;
  until: string;
}

export interface Lease {
  asked: LeaseAsked | null;
  expires_at: string;
  holder: string;
}

/** Somebody else would like to have it. */
export interface LeaseAsked {
  asked_at: string;
  expires_at: string;
  reason: string;
  user: string;
}

/** What just happened to a lease: `by` did it, `to` has it now (or was refused), `of` had it before. */
export interface LeaseChange {
  by: string;
  kind: "taken" | "released" | "asked" | "withdrawn" | "granted" | "refused" | "taken_over";
  of: string | null;
  reason: string;
  to: string | null;
}

/** Somebody asks the holder to hand control over. */
export interface LeaseRequest {
  asked_at: string;
  expires_at: string;
  reason: string;
  user: string;
}

/** Who may command a vehicle, until when, and who asks for it. `change` is absent on a renewal. */
export interface LeaseState {
  asked: LeaseRequest | null;
  at: string;
  change: LeaseChange | null;
  expires_at: string | null;
  holder: string | null;
  vehicle_id: string;
}

export interface LeaseTaken {
  expires_at: string;
  holder: string;
}

/** A leg as it is flown, straight from `start` to `end`, longitude and latitude. */
export interface LegView {
  /** Where it is nearest to the ground */
  at: [number, number] | null;
  end: [number, number];
  /** At its end: above home, or above the ground where `over_terrain` */
  end_up_m: number;
  /** Finest and coarsest; null where nothing is photographed, or the camera does not look down */
  gsd_cm: [number, number] | null;
  /** Number of the item it leads to */
  item: number;
  kind: "takeoff" | "mission" | "return";
  /** Anywhere along it; null where the ground is not known */
  least_agl_m: number | null;
  length_m: number;
  /** The vehicle follows the ground by itself */
  over_terrain: boolean;
  photographs: boolean;
  speed_mps: number;
  start: [number, number];
  /** Length of it whose ground is not known */
  unknown_m: number;
}

/** What the order says. Scenes name it by its id. */
export interface LegalOrderBody {
  /** GeoJSON geometry it holds in; null: wherever a scene names it */
  area: Record<string, unknown> | null;
  authority: string;
  document_url: string | null;
  issued_on: string;
  kind: "signal" | "sign" | "marking" | "speed_limit" | "closure" | "other";
  number: string;
  title_en: string;
  title_kk: string;
  title_ru: string;
  valid_from: string;
  /** Null: until revoked */
  valid_to: string | null;
}

export interface LegalOrderPage {
  items: (LegalOrderView)[];
  next_cursor: string | null;
}

export interface LegalOrderView {
  /** GeoJSON geometry it holds in; null: wherever a scene names it */
  area: Record<string, unknown> | null;
  authority: string;
  /** Violations that lean on it, whatever their state */
  cases: number;
  document_url: string | null;
  id: string;
  issued_on: string;
  kind: "signal" | "sign" | "marking" | "speed_limit" | "closure" | "other";
  number: string;
  revoked_at: string | null;
  revoked_by: string | null;
  revoked_why: string | null;
  title_en: string;
  title_kk: string;
  title_ru: string;
  updated_at: string;
  valid_from: string;
  /** Null: until revoked */
  valid_to: string | null;
  void_from: string | null;
}

export interface LimitView {
  act: string;
  country: string;
  date: string;
  /** By what number; empty where a plan cannot tell */
  here: string;
  id: string;
  /** The plan goes beyond it: a permission is needed */
  met: boolean;
  source: string;
  text: string;
  /** Of `here`: kind of the limit, number, name of what is near */
  values: Record<string, unknown>;
  /** Read in a text of the authority; else second-hand */
  verified: boolean;
}

export type LinkState = "online" | "lost";

/** One MAVLink link of the station, counted on the physical link before any merging of links. Totals since it was opened. */
export interface LinkStatus {
  at: string;
  bad_crc: number;
  bytes_per_second: number;
  /** Whether what comes from a forwarding endpoint may go to vehicles */
  commands: boolean;
  detail: string;
  /** Frames that had come over another link already */
  duplicates: number;
  frames: number;
  frames_per_second: number;
  /** Since anything came; null before the first */
  heard_age_s: number | null;
  lost: number;
  /** Of the last ten seconds, from the senders' sequence numbers */
  lost_fraction: number | null;
  /** Unsigned, wrongly signed or replayed; from a read-only endpoint everything */
  refused: number;
  /** forward: another station or router is at the other end */
  role: "vehicles" | "forward";
  sent: number;
  state: "open" | "opening" | "unreachable" | "closed";
  unsent: number;
  url: string;
  /** Vehicles heard on it in the last minute */
  vehicles: (string)[];
}

export interface LogFetch {
  file: string;
  size_bytes: number;
  /** None when it is here already */
  transfer_id: string | null;
}

export interface LookingAt {
  /** 'us', 'nobody', or 'system 255, component 190'; null while not told */
  controlled_by: string | null;
  /** Device id as its manager names it */
  gimbal: number;
  heading_deg: number | null;
  /** given; terrain: of the elevation model; home: nobody knows the ground, its level was taken */
  height_basis: "given" | "terrain" | "home";
  /** Of the place above home */
  height_m: number;
  pitch_deg: number | null;
  pitch_max_deg: number | null;
  pitch_min_deg: number | null;
  /** Takes a place on the map to look at */
  points_at_places: boolean;
  roll_deg: number | null;
  second_control: string | null;
  yaw_deg: number | null;
  /** Keeps its heading while the vehicle turns */
  yaw_locked: boolean | null;
  yaw_max_deg: number | null;
  yaw_min_deg: number | null;
}

export interface MeasureView {
  limit: number;
  /** Two sigmas */
  uncertainty: number;
  unit: string;
  value: number;
}

/** One figure with what it was measured on. Shares are 0..1; `image_size_px` is the longer side the detector was given. `map50` is None where only whole pictures are labelled: then `boxes` counts pictures that show the thing, and precision and recall speak of pictures. */
export interface Measured {
  boxes: number;
  image_size_px: number | null;
  map50: number | null;
  map50_95: number | null;
  note: string;
  on: string;
  pictures: number;
  precision: number | null;
  recall: number | null;
}

export interface MissionPreview {
  findings: (Record<string, unknown>)[];
  /** Limits of the law, those the plan goes beyond first; empty without a plan */
  limits: (LimitView)[];
  path: Record<string, unknown>;
  photos: Record<string, unknown>;
  /** Each flight of a plan that is several; empty for one */
  sorties: (Record<string, unknown>)[];
  statistics: Record<string, unknown> | null;
}

/** Where the vehicle is in the mission it carries. `mission_id` only when this station uploaded it. */
export interface MissionProgress {
  /** Item being flown, counted from 1; 0 before the first. Home is not an item */
  current_item: number;
  mission_id: string | null;
  /** Item reached last in this flight, counted from 1 */
  reached_item: number | null;
  /** Why the flight of it failed */
  reason: string | null;
  state: "none" | "not_started" | "active" | "paused" | "complete" | "failed" | "unknown";
  total_items: number;
}

/** A run as it is now. Its state is that of the slot that is least far on; its share counts the ground of all. */
export interface MissionRunState {
  at: string;
  created_at: string;
  created_by: string;
  name: string;
  run_id: string;
  share: number | null;
  slots: (RunSlotState)[];
  state: RunState;
}

export interface MissionView {
  approved_at: string | null;
  approved_by: string | null;
  area: Record<string, unknown> | null;
  content_hash: string;
  created_at: string;
  created_by: string;
  findings: (Record<string, unknown>)[];
  /** Common to the missions one request gave: several sorties or vehicles */
  group_id: string | null;
  id: string;
  name: string;
  path: Record<string, unknown> | null;
  /** What proposed it, when no person did */
  proposal: ProposalView | null;
  /** What was asked of the planner; null for an imported plan */
  request: Record<string, unknown> | null;
  revision: number;
  state: string;
  /** Why it failed */
  state_reason: string | null;
  statistics: Record<string, unknown>;
  vehicle_id: string | null;
}

/** `classes` maps the model's classes, in order of their numbers, to the words observations carry; null: never reported. `experimental` says it of the whole model, `experimental_classes` of some of its words: they are wrong too often to act on unchecked. */
export interface ModelCard {
  classes: Record<string, unknown>;
  data: (TrainingData)[];
  experimental: boolean;
  experimental_classes: (string)[];
  licence: string;
  limits: (string)[];
  made: string;
  measured: (Measured)[];
  name: string;
  purpose: string;
  recipe: string | null;
  sha256: string;
}

/** A model a source may be looked at with besides the default one. `card` is null when nothing is known of it. */
export interface ModelChoiceView {
  card: ModelCard | null;
  chosen: boolean;
  name: string;
  /** Why it cannot be used, or why its card does not count */
  trouble: string | null;
}

/** A model a source is looked at with besides the default one, and what that costs: looks a second times seconds of a look. */
export interface ModelLooks {
  /** What the model takes of one picture, measured on the last ones */
  look_s: number | null;
  looks_per_second: number | null;
  name: string;
  /** Why it is not used */
  trouble: string;
}

/** What the source is looked at with besides the default model. What that costs is measured: see its status. */
export interface ModelsView {
  /** Each of them looks at a picture of this source so often */
  look_period_s: number;
  models: (ModelChoiceView)[];
}

/** One of our flying vehicles near a foreign aircraft. `vertical_m` is the aircraft's height above it; null when not known. */
export interface NearUs {
  distance_m: number;
  horizontal_m: number;
  vehicle_id: string;
  vertical_m: number | null;
}

export interface NextCase {
  /** Null when nothing waits */
  case: CaseView | null;
}

/** Something seen by a video source, with its place when the source is calibrated. `observation_id` is derived from source, model and track, so a resend is the same row; a later `revision` replaces an earlier one. */
export interface ObservationMessage {
  /** Radius that holds the true place with about 95 % probability */
  accuracy_m: number | null;
  bbox_px: [number, number, number, number];
  confidence: number;
  /** Told by the store: the place may be wrong, because the camera had this trouble and it was not noticed yet */
  doubtful_why: string | null;
  ellipse: PlaceEllipse | null;
  ended_at: string;
  heading_deg: number | null;
  kind: string;
  label: string;
  lat_deg: number | null;
  lon_deg: number | null;
  model: string;
  observation_id: string;
  revision: number;
  rule: string | null;
  rule_edition: string | null;
  /** Told by the store: another camera of the vehicle saw the same thing and placed it better */
  same_as: string | null;
  source_id: string;
  speed_mps: number | null;
  speed_sigma_mps: number | null;
  started_at: string;
  track_id: number;
  /** Longitude, latitude, Unix time in seconds of each corner of the way; empty for what stood */
  trajectory: ([number, number, number])[];
  vehicle_id: string | null;
}

export interface OnBoard {
  items: number;
  read_back: boolean;
}

/** What a camera says of itself. `main` and `sub` are the tokens of the streams to show and to watch. */
export interface OnvifCameraView {
  /** How far its clock is ahead of ours */
  clock_offset_s: number | null;
  firmware: string;
  main: string;
  manufacturer: string;
  model: string;
  profiles: (StreamProfileView)[];
  sub: string | null;
}

/** Newest wins; on the live topic `vehicle.operator`. */
export interface OperatorState {
  arm_authorisation: ArmAuthorisationState;
  at: string;
  control: ControlState;
  remote_id: RemoteIdState;
  vehicle_id: string;
}

export interface OrderView {
  authority: string;
  document_url: string | null;
  id: string;
  issued_on: string;
  number: string;
  title_en: string;
  title_kk: string;
  title_ru: string;
}

export type Origin = "catalogue" | "file" | "own";

export interface OriginalGrant {
  expires_in_s: number;
  token: string;
}

export interface OverrideView {
  codes: (string)[];
  expires_at: string;
  plan_hash: string | null;
  reason: string;
  signature: string;
  signed_at: string;
  user: string;
}

export interface ParameterBatchResult {
  changed: (ParameterMove)[];
  failed: (ParameterFault)[];
  unchanged: number;
  /** Names the vehicle does not have */
  unknown: (string)[];
}

export interface ParameterComparison {
  compared: number;
  items: (ParameterDifference)[];
  vehicle_id: string;
}

export interface ParameterDifference {
  baseline: number | number | null;
  /** Differs from airframe to airframe by nature: calibrations, counters, ids */
  individual: boolean;
  name: string;
  vehicle: number | number | null;
}

export interface ParameterFault {
  name: string;
  reason: string;
  value: number | number;
}

export interface ParameterMove {
  before: number | number;
  name: string;
  value: number | number;
}

export interface ParameterPage {
  at: string | null;
  items: (ParameterValue)[];
  /** Where from: known already, kept by hash, packed file, plain list */
  source: "memory" | "cache" | "file" | "list";
  vehicle_id: string;
}

export interface ParameterSetResult {
  before: number | number;
  /** Only where the vehicle tells it */
  default: number | number | null;
  name: string;
  read_back: boolean;
  /** uint8 … int32, float, double */
  type: string;
  value: number | number;
}

export interface ParameterValue {
  /** Only where the vehicle tells it */
  default: number | number | null;
  name: string;
  /** uint8 … int32, float, double */
  type: string;
  value: number | number;
}

export interface PayloadState {
  at: string;
  cameras: (CameraState)[];
  gimbals: (GimbalState)[];
  /** Null while the vehicle speaks of no terrain */
  terrain: TerrainState | null;
  vehicle_id: string;
}

export interface PhotoList {
  items: (PhotoRow)[];
}

/** A photograph and where the vehicle was when it was taken. `altitude_m` above mean sea level, `height_m` above home. */
export interface PhotoRow {
  altitude_m: number | null;
  at: string;
  camera: number;
  file: string;
  /** Where the camera looked */
  heading_deg: number | null;
  height_m: number | null;
  index: number;
  lat_deg: number | null;
  lon_deg: number | null;
  pitch_deg: number | null;
}

export interface PhotoTaken {
  camera: number;
  index: number;
}

export interface Place {
  lat_deg: number;
  lon_deg: number;
}

/** Holds the true place with 95 % probability: half axes, and where the long one points from true north. */
export interface PlaceEllipse {
  bearing_deg: number;
  major_m: number;
  minor_m: number;
}

export interface PointErrorView {
  left_out_m: number | null;
  /** How far the other points alone put it; none with four points */
  left_out_px: number | null;
  /** Where the fitted camera sees the place, less the click */
  off_px: [number, number];
  /** False: taken for wrong */
  used: boolean;
}

export interface PolygonBody {
  /** Stay inside; otherwise stay out */
  inclusion: boolean;
  vertices: (Place)[];
}

export interface PreflightView {
  at: string;
  /** Blockers first */
  checks: (CheckView)[];
  forecast: Forecast | null;
  /** Limits of the law against the mission, those it goes beyond first */
  limits: (LimitView)[];
  /** No blocker stands, or all that stand are signed for */
  may_start: boolean;
  mission_name: string | null;
  override: OverrideView | null;
  plan_hash: string | null;
  purpose: "takeoff" | "mission";
  vehicle_id: string;
}

export interface ProfilePointView {
  distance_m: number;
  flight_m: number | null;
  /** Above the sea; null where the elevation model knows no ground */
  ground_m: number | null;
  item: number;
  lat_deg: number;
  lon_deg: number;
}

export interface ProfileView {
  findings: (Record<string, unknown>)[];
  least_agl_m: number | null;
  /** In the order flown */
  legs: (LegView)[];
  /** Name of the elevation model; null on a station without one: then the ground is taken as level */
  model: string | null;
  points: (ProfilePointView)[];
  /** Above home, at which a return from anywhere stays clear of the ground */
  return_altitude_m: number | null;
}

export interface ProposalView {
  /** Names the sentence when the program wrote it; `values` fill it */
  code: string | null;
  /** For the person who decides, in the words of whoever proposed it */
  reason: string;
  source_id: string;
  source_kind: string;
  values: Record<string, unknown>;
}

export interface RallyBody {
  /** Above home */
  altitude_m: number;
  lat_deg: number;
  lon_deg: number;
}

export interface RallyOnBoard {
  at: string;
  points: (RallyBody)[];
}

/** `value` against `wanted`, in the unit that the code names. */
export interface ReasonView {
  code: string;
  feature: string | null;
  refuses: boolean;
  text: string;
  value: number | null;
  wanted: number | null;
}

export interface ReceiptView {
  at: string;
  /** SHA-256 of `lines`, joined by newlines */
  digest: string;
  ended_at: string;
  lines: (string)[];
  reason: "age" | "budget" | "missing";
  receipt_id: string;
  segments: number;
  size_bytes: number;
  source_id: string;
  started_at: string;
}

export interface RecordedEventView {
  confidence: number;
  ended_at: string;
  kind: string;
  label: string;
  observation_id: string;
  position: [number, number] | null;
  rule: string | null;
  started_at: string;
}

export interface RecordedSourceView {
  /** How long video is kept that nothing keeps longer */
  days: number;
  /** Whether it is to be recorded */
  enabled: boolean;
  first_at: string | null;
  last_at: string | null;
  /** Set when this source differs from the rest */
  own_days: number | null;
  /** Whether it is being recorded now */
  recording: boolean;
  size_bytes: number;
  source_id: string;
}

export interface RecordedSources {
  budget_bytes: number;
  items: (RecordedSourceView)[];
  used_bytes: number;
}

export interface Refusal {
  code: string;
  hint: string;
  message: string;
}

/** The aircraft's remote identification (OpenDroneID), by its own OPEN_DRONE_ID_ARM_STATUS. */
export interface RemoteIdState {
  /** The aircraft has told of its transmitter within the last seconds */
  carried: boolean;
  /** What this station tells the transmitter; None: nothing is told */
  operator: RemoteOperator | null;
  /** Good to arm by the transmitter's own word */
  ready: boolean | null;
  /** Why it is not, in its own words */
  reason: string;
  sending: boolean;
}

/** Who flies and where they stand, as broadcast by the aircraft. The place does not move by itself: it is as it was given. */
export interface RemoteOperator {
  /** Above the WGS84 ellipsoid */
  altitude_m: number | null;
  lat_deg: number;
  lon_deg: number;
  operator_id: string;
  purpose: string;
}

/** A timeline with whose it is. */
export interface ReplayView {
  columns: TimelineColumns;
  duration_s: number;
  flight_id: string;
  incidents: (TimelineIncident)[];
  modes: (TimelineMode)[];
  photos: (TimelinePhoto)[];
  reached: (TimelineItem)[];
  started_at: string;
  texts: (TimelineText)[];
  vehicle_id: string;
  vehicle_type: string;
}

export interface ReviewBody {
  decision: "accept" | "reject" | "unclear";
  /** Of the case as it was shown by `reviews/next` */
  look_id: string;
  note: string;
  /** Why it is rejected; not for another decision */
  reason: "no_violation" | "wrong_vehicle" | "plate_unreadable" | "special_vehicle" | "scene_wrong" | "measurement_doubtful" | "picture_poor" | "other" | null;
}

export interface ReviewFigures {
  items: (RuleFiguresView)[];
  since: string;
}

export interface ReviewList {
  /** False while officers may still look: then only one's own decision is told */
  complete: boolean;
  items: (ReviewView)[];
}

export interface ReviewQueue {
  /** Open cases by rule that this officer has not decided */
  counts: Record<string, unknown>;
  items: (WaitingView)[];
}

export interface ReviewView {
  at: string;
  blind: boolean;
  decision: "accept" | "reject" | "unclear";
  note: string;
  reason: string;
  review_id: string;
  reviewer: string;
  /** From being shown to the decision, by the server's clock */
  seconds_spent: number;
  violation_id: string;
}

export interface RevisionSummary {
  approvals: (ApprovalView)[];
  /** Two revisions of one hash fly the same */
  content_hash: string;
  name: string;
  /** Where it comes from, when nobody drew it: 'restored from 2' */
  note: string | null;
  revised_at: string;
  revised_by: string;
  revision: number;
  statistics: Record<string, unknown>;
}

export interface Revocation {
  cases: (AffectedCase)[];
  order: LegalOrderView;
}

export interface RevocationBody {
  /** Since when it does not hold; null: it never did */
  void_from: string | null;
  why: string;
}

/** What an account may do. Everyone signed in may read. */
export type Role = "viewer" | "inspector" | "officer" | "operator" | "pilot" | "admin";

/** The source of corrections. Never holds a name or a password. */
export interface RtkStatus {
  /** Since the last whole frame; null before the first */
  age_s: number | null;
  at: string;
  bytes_per_second: number;
  /** Frames with a wrong checksum; they go no further */
  damaged: number;
  detail: string;
  frames: number;
  /** RTCM message number: how many came */
  kinds: Record<string, unknown>;
  /** MAVLink messages sent to vehicles */
  sent: number;
  /** HOST:PORT/MOUNTPOINT */
  source: string;
  state: "connecting" | "receiving" | "silent" | "refused" | "waiting";
  /** Frames of more than 720 bytes, which MAVLink cannot carry */
  too_long: number;
  /** To whom corrections go now */
  vehicles: (string)[];
}

export interface RuleFiguresView {
  accepted: number;
  disagreement: ShareView | null;
  /** Cases that two officers saw, each blind to the other */
  doubles: number;
  known_bad_found: ShareView | null;
  known_bad_shown: number;
  looks: number;
  median_seconds: number | null;
  /** Of those that wait */
  oldest_at: string | null;
  /** Accepted among accepted and rejected */
  precision: ShareView | null;
  /** Of rejections */
  reasons: Record<string, unknown>;
  rejected: number;
  rule: string;
  unclear: number;
  waiting: number;
}

/** A vehicle that may fly what waits, and why it cannot just now. */
export interface RunCandidate {
  battery_fraction: number | null;
  free: boolean;
  vehicle_id: string;
  why: "" | "lost" | "flying" | "armed" | "busy" | "battery" | "type";
}

/** One mission of a run. Shares are of the ground it is to photograph; null where it photographs none. */
export interface RunSlotState {
  /** It is past its latest turn-back, or will be within a minute */
  battery_low: boolean;
  /** While it waits: who may fly it, the first one offered first */
  candidates: (RunCandidate)[];
  /** GeoJSON MultiPolygon, simplified for the map */
  covered: Record<string, unknown> | null;
  covered_m2: number | null;
  expected_shots: number;
  /** The mission on board for it: the approved one, its rest, or a change of it */
  flying_id: string | null;
  item: number;
  items: number;
  /** Its vehicle is not heard; it flies on by itself */
  link_lost: boolean;
  /** Places of photographs that were due and not taken */
  missed: ([number, number])[];
  /** As it was approved */
  mission_id: string;
  name: string;
  number: number;
  /** Why it is in this state, where that is not plain */
  reason: string | null;
  share: number | null;
  shots: number;
  /** photos: the camera told of each in this sortie; track: they follow from where it flew */
  shots_by: "photos" | "track" | null;
  since: string;
  /** Flights, counted from 1 */
  sortie: number;
  state: RunState;
  target_m2: number | null;
  /** Which has it now, or had it last */
  vehicle_id: string | null;
}

export type RunState = "waiting_for_drone" | "uploading" | "ready" | "flying" | "paused" | "handing_over" | "finished" | "aborted";

export interface SceneBrief {
  edition: number;
  features: number;
  made_by: string;
  source_id: string;
  valid_from: string;
  valid_to: string | null;
}

export interface SceneList {
  items: (SceneBrief)[];
}

export interface SceneView {
  /** Of the source when this edition was made */
  calibration: Record<string, unknown> | null;
  edition: number;
  features: (Record<string, unknown>)[];
  made_by: string;
  source_id: string;
  /** Legal orders it names that are not kept here: cases of theirs stay tier C */
  unknown_orders: (string)[];
  valid_from: string;
  /** Null: in force */
  valid_to: string | null;
}

export interface ScheduleView {
  created_by: string;
  due: boolean;
  due_at: string;
  every_days: number;
  ground: Record<string, unknown> | null;
  id: string;
  /** The mission proposed last */
  mission_id: string | null;
  mission_state: string | null;
  name: string;
  seen_at: string | null;
  /** What told of it last; null when it was never seen */
  seen_by: "observation" | "track" | "mission" | null;
  target_id: string | null;
  target_kind: string;
}

export interface SegmentView {
  /** Whether the instants are the camera's own */
  clock: "stamped" | "arrival";
  ended_at: string;
  kept: (KeepView)[];
  segment_id: string;
  size_bytes: number;
  started_at: string;
}

export interface Sentence {
  en: string;
  kk: string;
  ru: string;
}

/** `BLOCKER`: refused unless a named person signs for it; `WARNING`: a person decides; `OK`: looked at and good. */
export type Severity = "blocker" | "warning" | "ok";

/** A share with its interval of 95 % (Wilson). */
export interface ShareView {
  high: number;
  low: number;
  share: number;
}

/** A change in what a video source can do: lost (with the cause), back, a trouble of its picture or clock and the end of one. */
export interface SourceEvent {
  at: string;
  /** Of a camera that has moved: the last look that was good; places given between then and `at` may be wrong */
  doubtful_since: string | null;
  event_id: string;
  kind: "lost" | "back" | "trouble" | "trouble_over";
  /** Of back and trouble_over: how long it was away */
  lasted_s: number | null;
  severity: "info" | "warning" | "critical";
  source_id: string;
  text: string;
  /** The cause of a loss and of what is over after it, or the trouble */
  what: "auth" | "dns" | "refused" | "no_answer" | "no_network" | "no_stream" | "no_sender" | "codec" | "no_keyframe" | "stalled" | "closed" | "changed" | "missing" | "unreadable" | "other" | "clock" | "covered" | "dark" | "defocused" | "frozen" | "moved" | "turned" | null;
}

export interface SourceRuleList {
  items: (SourceRuleView)[];
  scene_edition: number | null;
}

export interface SourceRuleView {
  changed_at: string | null;
  changed_by: string | null;
  edition: string;
  enabled: boolean;
  excluded: Record<string, unknown> | null;
  rule: string;
  schedule: Record<string, unknown> | null;
  source_tier: string;
  /** What the source is worth for it now */
  suitability: SuitabilityView;
  /** The source cannot be judged by since then; over by itself with the trouble */
  suspended_since: string | null;
  suspended_why: string | null;
}

/** Health of a video source as `watch` (or `video`) sees it. */
export interface SourceStatus {
  at: string;
  /** Seconds in which it was looked at less often than its tier promises */
  blind_s: number | null;
  /** Why it is unreachable */
  cause: "auth" | "dns" | "refused" | "no_answer" | "no_network" | "no_stream" | "no_sender" | "codec" | "no_keyframe" | "stalled" | "closed" | "changed" | "missing" | "unreadable" | "other" | null;
  /** How far the camera's own clock is ahead of ours; null when it tells no time */
  clock_offset_s: number | null;
  detail: string;
  frames_per_second: number | null;
  frames_skipped: number;
  latency_s: number | null;
  /** Models besides the default one */
  models: (ModelLooks)[];
  /** How much later than told its pictures are taken, by the clock of the poses: found by their motion, and taken off */
  pose_offset_s: number | null;
  /** One sigma of it */
  pose_offset_sigma_s: number | null;
  /** Who tells where the camera of a drone is: its vehicle, or its stream itself */
  poses_by: "mavlink" | "misb_0601" | null;
  process: "watch" | "video" | "onboard";
  /** Looked at more closely for a while, because something new was seen */
  promoted: boolean;
  source_id: string;
  state: "starting" | "running" | "no_model" | "unreachable" | "ended";
  /** How closely it is looked at now */
  tier: "health" | "patrol" | "watch" | "enforcement" | null;
  /** The rules that ask for it */
  tier_rules: (string)[];
  /** Why: the settings, a person's choice, rules that ask for more, or a detector that cannot keep up */
  tier_why: "default" | "chosen" | "rules" | "load" | null;
  /** Why the pictures that come show little, or something else than before, or tell a wrong time */
  troubles: ("clock" | "covered" | "dark" | "defocused" | "frozen" | "moved" | "turned")[];
  /** Observations on board that the station does not have yet */
  waiting: number | null;
  /** Seconds since it is watched, of which `blind_s` were blind */
  watched_s: number | null;
}

export interface SpanList {
  items: (SpanView)[];
  /** Ask again with `before` set to this for earlier video */
  next_before: string | null;
}

/** Recorded video of one source without a hole. */
export interface SpanView {
  ended_at: string;
  /** Why some of it is kept longer: finding, observation, event, person */
  kept: (string)[];
  /** What was seen meanwhile, by class */
  labels: Record<string, unknown>;
  segments: number;
  size_bytes: number;
  source_id: string;
  started_at: string;
  /** The ground seen meanwhile, a GeoJSON polygon */
  view: Record<string, unknown> | null;
}

/** `first` starts now; `against` says what `second` does. */
export interface StartConflict {
  against: "starting" | "flying" | "planned";
  altitude_amsl_m: number;
  at: string;
  first: string;
  horizontal_m: number;
  in_s: number;
  lat_deg: number;
  lon_deg: number;
  second: string;
  vertical_m: number;
}

/** One vehicle's line before the start: null `refusal` when it may start. */
export interface StartRow {
  /** It carries exactly this mission, as read back */
  aboard: boolean;
  mission_id: string;
  refusal: Refusal | null;
  vehicle_id: string;
}

export interface StartsView {
  conflicts: (StartConflict)[];
  rows: (StartRow)[];
}

/** One stream of a camera; the address holds no credentials. */
export interface StreamProfileView {
  bitrate_kbps: number | null;
  codec: string | null;
  frames_per_second: number | null;
  height_px: number | null;
  name: string;
  token: string;
  url: string;
  width_px: number | null;
}

export interface SuitabilityView {
  possible: boolean;
  reasons: (ReasonView)[];
  /** 0 to 1; null where too little is known */
  score: number | null;
}

export interface TemplateView {
  created_by: string;
  id: string;
  name: string;
  pattern: string;
  request: Record<string, unknown>;
  updated_at: string;
}

/** What a vehicle says of the ground below it, and how much of it this station has sent. */
export interface TerrainState {
  blocks_sent: number;
  /** Asked for, and not in the station's elevation model */
  blocks_unknown: number;
  ground_amsl_m: number | null;
  /** The vehicle above the ground */
  height_above_m: number | null;
  loaded: number;
  /** Blocks of 4 by 4 heights it still waits for */
  pending: number;
  /** Of its grid; null while it has none here */
  spacing_m: number | null;
}

export interface TierCostView {
  /** Processor seconds a second, of one core, for a 720p camera on a busy road; a quiet one takes less */
  cores: number;
  /** False: a rule switched on for the source asks for more */
  fits_rules: boolean;
  tier: "health" | "patrol" | "watch" | "enforcement";
}

/** How closely a source is to be looked at. Load and new things in view may change it for a while: see its status. */
export interface TierView {
  chosen: "health" | "patrol" | "watch" | "enforcement" | null;
  costs: (TierCostView)[];
  default: "health" | "patrol" | "watch" | "enforcement";
  /** Those that ask for more than was chosen */
  rules: (string)[];
  wanted: "health" | "patrol" | "watch" | "enforcement";
  why: "default" | "chosen" | "rules";
}

/** Equal lengths; null where the log says nothing. Degrees, metres, seconds; headings clockwise from true north. */
export interface TimelineColumns {
  altitude_amsl_m: (number | null)[];
  battery_fraction: (number | null)[];
  climb_mps: (number | null)[];
  ground_speed_mps: (number | null)[];
  heading_deg: (number | null)[];
  /** Above home */
  height_m: (number | null)[];
  lat_deg: (number)[];
  lon_deg: (number)[];
  pitch_deg: (number | null)[];
  roll_deg: (number | null)[];
  t_s: (number)[];
}

export interface TimelineIncident {
  kind: string;
  severity: string;
  t_s: number;
  text: string;
}

export interface TimelineItem {
  /** Mission item reached, counted from 1 */
  item: number;
  t_s: number;
}

export interface TimelineMode {
  mode: string;
  t_s: number;
}

export interface TimelinePhoto {
  lat_deg: number | null;
  lon_deg: number | null;
  t_s: number;
}

export interface TimelineText {
  severity: "info" | "warning" | "critical";
  t_s: number;
  text: string;
}

export interface TimelineView {
  events: (RecordedEventView)[];
  segments: (SegmentView)[];
  source_id: string;
}

export interface Token {
  access_token: string;
  expires_in_s: number;
  token_type: string;
  user: User;
}

/** Another aircraft, heard by a receiver on one of our vehicles. `at` is when it was where it is shown. */
export interface TrafficState {
  age_s: number;
  altitude_amsl_m: number | null;
  at: string;
  climb_mps: number | null;
  emergency: boolean;
  /** light, heavy, rotocraft, glider, uav, … */
  emitter: string | null;
  /** Not heard any more: its last state */
  gone: boolean;
  heading_deg: number | null;
  heard_by: (string)[];
  /** Above its take-off or the ground, as it says itself */
  height_m: number | null;
  lat_deg: number;
  lon_deg: number;
  /** Callsign or serial number, else the address it sends */
  name: string;
  near: (NearUs)[];
  operator_id: string | null;
  operator_lat_deg: number | null;
  operator_lon_deg: number | null;
  /** By its barometer, not by satellites */
  pressure_altitude: boolean;
  source: "adsb" | "remote_id";
  speed_mps: number | null;
  traffic_id: string;
}

/** Pictures the weights were made from. `attribution` is the line their licence asks for. */
export interface TrainingData {
  address: string | null;
  attribution: string;
  licence: string;
  name: string;
  pictures: number | null;
  role: string;
}

/** GeoJSON Feature; `geometry` is null for a thing that stood still, or was seen by a source without places. */
export interface TrajectoryFeature {
  geometry: TrajectoryLine | null;
  id: string;
  properties: TrajectoryProperties;
  type: "Feature";
}

export interface TrajectoryLine {
  /** Longitude, latitude */
  coordinates: ([number, number])[];
  type: "LineString";
}

export interface TrajectoryProperties {
  /** The instant of each corner, RFC 3339, growing */
  times: (string)[];
}

export interface TransferList {
  items: (TransferUpdate)[];
}

export type TransferState = "running" | "done" | "failed" | "cancelled";

/** Long work between station and vehicle: parameters, logs, files, fences. The newest of each `transfer_id` counts. */
export interface TransferUpdate {
  at: string;
  done: number;
  /** What is being done, or how it ended, in words */
  message: string;
  /** The service at work, e.g. 'log_download' */
  name: string;
  requested_by: string;
  state: TransferState;
  /** None while it is not known */
  total: number | null;
  transfer_id: string;
  unit: "items" | "bytes";
  vehicle_id: string;
}

/** Whether pictures come from an address, and if not, why. */
export interface Trial {
  cause: "auth" | "dns" | "refused" | "no_answer" | "no_network" | "no_stream" | "no_sender" | "codec" | "no_keyframe" | "stalled" | "closed" | "changed" | "missing" | "unreadable" | "other" | null;
  detail: string;
  frames_per_second: number | null;
  height_px: number | null;
  width_px: number | null;
  works: boolean;
}

/** The latest turn-back of a flying vehicle: from there it still comes home with its reserve. Null `in_s`: all of its plan can be flown. */
export interface TurnBackState {
  /** Above home */
  altitude_m: number | null;
  at: string;
  /** Whether a plan is followed, or it is taken to stay where it is */
  basis: "mission" | "position";
  /** Measured over modelled consumption in this flight */
  consumption_factor: number;
  /** How long coming home from here takes */
  home_in_s: number;
  /** Seconds from now; 0 when it lies behind */
  in_s: number | null;
  lat_deg: number | null;
  lon_deg: number | null;
  /** What would be left above the reserve if it turned back now, as part of the battery */
  margin_fraction: number;
  /** What coming home from here takes, as part of the battery */
  needed_fraction: number;
  passed: boolean;
  vehicle_id: string;
}

export interface User {
  name: string;
  role: Role;
}

/** A thing that happened once: link found or lost, armed, mode changed, item reached, text from the autopilot, photograph taken. */
export interface VehicleEvent {
  at: string;
  detail: Record<string, unknown>;
  event_id: string;
  kind: "link_found" | "link_lost" | "armed" | "disarmed" | "mode_changed" | "took_off" | "landed" | "item_reached" | "mission_complete" | "text" | "alarm" | "photo";
  severity: "info" | "warning" | "critical";
  text: string;
  vehicle_id: string;
}

export interface VehicleLog {
  /** Fetched already; the rest is gone on with */
  bytes_here: number;
  /** Its name on the station once it is whole */
  file: string | null;
  number: number;
  on_board: boolean;
  size_bytes: number;
  /** None when the vehicle had no clock */
  started_at: string | null;
  whole: boolean;
}

export interface VehicleLogList {
  items: (VehicleLog)[];
}

/** Everything shown of a vehicle, newest wins. */
export interface VehicleState {
  altitude_above_home_m: number | null;
  altitude_amsl_m: number | null;
  armed: boolean;
  at: string;
  /** ardupilot | px4 | generic */
  autopilot: string;
  /** Each that is told of, by its number; the first flies it */
  batteries: (BatteryInstance)[];
  battery: BatteryState | null;
  /** What it says it can do: bits of MAV_PROTOCOL_CAPABILITY */
  capabilities: number | null;
  climb_mps: number | null;
  /** Version of the autopilot's software */
  firmware: string | null;
  flying: boolean;
  gps: GpsState | null;
  ground_speed_mps: number | null;
  heading_deg: number | null;
  health: HealthState | null;
  heartbeat_age_s: number;
  home_lat_deg: number | null;
  home_lon_deg: number | null;
  lat_deg: number | null;
  link: LinkState;
  lon_deg: number | null;
  mission: MissionProgress | null;
  mode: string;
  packets_lost: number;
  pitch_deg: number | null;
  ready_to_arm: boolean | null;
  roll_deg: number | null;
  status_text: string | null;
  system_id: number;
  /** Stable name, e.g. 'sunqar-1'; for unknown vehicles 'mav-<system id>' */
  vehicle_id: string;
  /** copter | plane | vtol | rover | other */
  vehicle_type: string;
}

export interface VehicleWithLease {
  altitude_above_home_m: number | null;
  altitude_amsl_m: number | null;
  armed: boolean;
  at: string;
  /** ardupilot | px4 | generic */
  autopilot: string;
  /** Each that is told of, by its number; the first flies it */
  batteries: (BatteryInstance)[];
  battery: BatteryState | null;
  /** What it says it can do: bits of MAV_PROTOCOL_CAPABILITY */
  capabilities: number | null;
  climb_mps: number | null;
  /** Version of the autopilot's software */
  firmware: string | null;
  flying: boolean;
  gps: GpsState | null;
  ground_speed_mps: number | null;
  heading_deg: number | null;
  health: HealthState | null;
  heartbeat_age_s: number;
  home_lat_deg: number | null;
  home_lon_deg: number | null;
  lat_deg: number | null;
  lease: Lease | null;
  link: LinkState;
  lon_deg: number | null;
  mission: MissionProgress | null;
  mode: string;
  packets_lost: number;
  pitch_deg: number | null;
  ready_to_arm: boolean | null;
  roll_deg: number | null;
  status_text: string | null;
  system_id: number;
  /** Stable name, e.g. 'sunqar-1'; for unknown vehicles 'mav-<system id>' */
  vehicle_id: string;
  /** copter | plane | vtol | rover | other */
  vehicle_type: string;
}

/** What is known of a source. `url`, `sub_url`, `calibration` and `tier` are kept from before when left out, its models always. */
export interface VideoSourceBody {
  /** As in a scene file: image_size_px and at least four points px ↔ lonlat */
  calibration: Record<string, unknown> | null;
  category: "public_space" | "enforcement_complex" | "fixed" | "drone";
  enabled: boolean;
  heading_deg: number | null;
  hfov_deg: number | null;
  name_en: string;
  name_kk: string;
  name_ru: string;
  /** Longitude, latitude */
  position: [number, number] | null;
  /** The camera's smaller stream, watched instead */
  sub_url: string | null;
  /** How closely it is looked at; kept from before when left out */
  tier: "health" | "patrol" | "watch" | "enforcement" | null;
  /** Where the video comes from; may hold credentials */
  url: string | null;
  vehicle_id: string | null;
}

export interface VideoStream {
  /** As the camera tells it; for rtpudp only a port */
  address: string;
  frames_per_second: number | null;
  hfov_deg: number | null;
  /** rtsp, rtpudp, tcp_mpeg, mpeg_ts */
  kind: string;
  name: string;
  running: boolean;
  size_px: [number, number] | null;
  stream_id: number;
  thermal: boolean;
}

/** What was measured, two sigmas of it, and the limit it was held against, in `unit`. */
export interface ViolationMeasure {
  limit: number;
  uncertainty: number;
  unit: string;
  value: number;
}

/** What a rule found of a tracked thing, with the instants that prove it. `violation_id` is derived from the track and the verdict, so a resend is the same case. Plates are not told here. */
export interface ViolationMessage {
  /** Radius that holds the true place with about 95 % probability */
  accuracy_m: number | null;
  /** When it was complete */
  at: string;
  /** In the source's picture at `at` */
  bbox_px: [number, number, number, number];
  confidence: number;
  doubtful_why: string | null;
  /** Told by the store, where orders and certificates are kept */
  evidence_tier: "A" | "B" | "C" | null;
  /** Of the scene: the line, lane or area it was held against */
  feature: string;
  from_at: string;
  label: string;
  lat_deg: number | null;
  /** That the scene names; told by the store, the one it holds by */
  legal_order: string | null;
  lon_deg: number | null;
  measure: ViolationMeasure | null;
  model: string;
  observation_id: string | null;
  /** Instants of the stills: before, at, after */
  proof_at: (string)[];
  rule: string;
  rule_edition: string;
  scene_edition: number | null;
  source_id: string;
  /** Told by the store */
  state: "new" | "accepted" | "rejected" | "unclear" | "withdrawn" | "handed_over";
  track_id: number;
  until_at: string;
  vehicle_id: string | null;
  verdict_hash: string;
  violation_id: string;
}

/** A case that may be taken. */
export interface WaitingView {
  at: string;
  doubtful: boolean;
  evidence_tier: "A" | "B" | "C";
  measure_limit: number | null;
  measure_unit: string | null;
  measure_value: number | null;
  position: [number, number] | null;
  rule: string;
  source_id: string;
  violation_id: string;
}

export interface ZoneForceView {
  /** In force at that instant, hours of the week counted */
  active: boolean;
  /** When it next comes into force or leaves it; null: never */
  changes_at: string | null;
  id: string;
}

/** What each topic of the live socket carries. */
export interface LiveTopics {
  "command.update": CommandUpdate;
  "dock.status": DockStatus;
  "fleet.conflicts": FleetConflicts;
  "link.status": LinkStatus;
  "mission.run": MissionRunState;
  "observation": ObservationMessage;
  "rtk.status": RtkStatus;
  "source.event": SourceEvent;
  "source.status": SourceStatus;
  "traffic": TrafficState;
  "vehicle.event": VehicleEvent;
  "vehicle.lease": LeaseState;
  "vehicle.operator": OperatorState;
  "vehicle.payload": PayloadState;
  "vehicle.state": VehicleState;
  "vehicle.transfer": TransferUpdate;
  "vehicle.turn_back": TurnBackState;
  "violation": ViolationMessage;
}
