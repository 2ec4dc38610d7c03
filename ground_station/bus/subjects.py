"""Names on the bus, in one place.

Core NATS (newest wins): telemetry, status, transfers, request and reply of commands and vehicle services.
JetStream (keep all): observations, violations, vehicle events, command audit, track points. Frames never cross the bus.
"""

TELEMETRY_STATE = "telemetry.state"  # .<vehicle_id> -> VehicleState, 5 Hz
TELEMETRY_POSE = "telemetry.pose"  # .<vehicle_id> -> VehiclePose, as fast as the vehicle sends attitude
TELEMETRY_PAYLOAD = "telemetry.payload"  # .<vehicle_id> -> PayloadState, when it has changed, at most 2.5 Hz
TELEMETRY_OPERATOR = "telemetry.operator"  # .<vehicle_id> -> OperatorState, when it has changed, and every few seconds
ARM_GATE = "gate.arm"  # .<vehicle_id>, request and reply: whether it may arm -> ArmVerdict
TRAFFIC = "traffic"  # .<traffic_id> -> TrafficState, 1 Hz
SOURCE_STATUS = "status.source"  # .<source_id> -> SourceStatus, 1 Hz
PROCESS_STATUS = "status.process"  # .<process> -> ProcessStatus, 1 Hz; /readyz counts them
RTK_STATUS = "status.rtk"  # RtkStatus, 1 Hz while the station has a source of corrections
LINK_STATUS = "status.link"  # LinkStatus of each link, 1 Hz
LINK_REQUEST = "link.request"  # request and reply: LinkRequest -> ServiceReply; opens and closes links
POSE_WANTED = "telemetry.pose_wanted"  # .<vehicle_id>, once a second by whoever needs its poses; a large fleet sends no others
COMMAND_REQUEST = "command.request"  # .<vehicle_id>, request and reply: CommandRequest -> CommandUpdate
COMMAND_UPDATE = "command.update"  # .<vehicle_id> -> CommandUpdate, each change of state
VEHICLE_SERVICE = "vehicle.service"  # .<vehicle_id>.<name>, request and reply: ServiceRequest -> ServiceReply
VEHICLE_TRANSFER = "vehicle.transfer"  # .<vehicle_id> -> TransferUpdate, a few times a second while something long is under way
LEASE_STATE = "lease.state"  # .<vehicle_id> -> LeaseState, each change and renewal
RUN_STATE = "run.state"  # .<run_id> -> MissionRunState, once a second while it changes, by the api that follows it
FOOTAGE_SHOW = "footage.show"  # request and reply: ShowRequest -> ShowReply; a recorded segment made ready to be shown
STORED = "stored"  # .observation | .source_event | .violation, published by `store` after commit

OBSERVATION = "observation"  # .<source_id> -> ObservationMessage
VIOLATION = "violation"  # .<source_id> -> ViolationMessage
PLATE = "plate"  # .<source_id> -> PlateMessage
VEHICLE_EVENT = "event.vehicle"  # .<vehicle_id> -> VehicleEvent
SOURCE_EVENT = "event.source"  # .<source_id> -> SourceEvent
FLIGHT_FILE = "flight.file"  # .<vehicle_id> -> FlightFileMessage
TRACK_POINTS = "track.points"  # TrackPoints, once a second while something flies

OBSERVATION_STREAM = "OBSERVATIONS"  # observation.>
VIOLATION_STREAM = "VIOLATIONS"  # violation.>
PLATE_STREAM = "PLATES"  # plate.>, kept for a day: the store, not the bus, remembers plates
EVENT_STREAM = "EVENTS"  # event.>
COMMAND_STREAM = "COMMANDS"  # command.update.>
FLIGHT_STREAM = "FLIGHTS"  # flight.file.>
TRACK_STREAM = "TRACKS"  # track.>
