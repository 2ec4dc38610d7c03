"""The database: the only room part that speaks to PostGIS. Stores take and give frozen rows; everything else stays inside.

Importing this loads the driver; `import geo` does not.
"""

from geo.core.airspace import AirspaceRow, AirspaceSource, AirspaceStore
from geo.core.audit import AuditEntry, AuditFilter, AuditLog, AuditVerdict
from geo.core.backup import backup, restore
from geo.core.camera_calibrations import CameraCalibrationRow, CameraCalibrationStore
from geo.core.camera_models import CameraModelRow, CameraModelStore
from geo.core.commands import CommandRow, CommandStore
from geo.core.cursor import Page
from geo.core.database import Database, open_database
from geo.core.device_certificates import DeviceCertificateRow, DeviceCertificateStore
from geo.core.docks import DockRow, DockSetup, DockStore
from geo.core.events import EventStore, VehicleEventRow
from geo.core.evidence import EvidenceDayRow, EvidencePackageRow, EvidenceStore
from geo.core.features import FeaturePage, FeatureStore
from geo.core.flight_book import FlightBook, FlightBookLine
from geo.core.flight_files import FlightFileRow, FlightFileStore, TimelineStore
from geo.core.flights import FlightFilter, FlightRow, FlightStore, IncidentRow
from geo.core.footage import FOOTAGE_GAP_S, FootageQuestion, FootageSegmentRow, FootageSpan, FootageStore, FootageSummary, HoldRow, KeepRow
from geo.core.footage_exports import FootageExportRow, FootageExportStore
from geo.core.footage_retention import FootagePolicyRow, FootageReceiptRow, FootageRetentionStore, KeepTimes, receipt_digest
from geo.core.footage_search import FootageEvent, FootageSearch
from geo.core.groups import GroupRow, GroupStore
from geo.core.legal_orders import LegalOrderRow, LegalOrderSetup, LegalOrderStore
from geo.core.migrate import current_revision, upgrade
from geo.core.mission_content import MissionContent, RevisionRow, RevisionStore
from geo.core.mission_runs import RunRow, RunShotRow, RunSlotRow, RunStore, ShotSource
from geo.core.mission_templates import TemplateRow, TemplateStore
from geo.core.missions import MissionRow, MissionStore
from geo.core.observations import ObservationRow, ObservationStore, TrajectoryPoint
from geo.core.plates import FoundPlate, PlateReadRow, PlateReceiptRow, PlateStore, PlateWatchRow
from geo.core.postgres_install import find_postgres
from geo.core.private_cluster import PrivateCluster
from geo.core.revisions import head_revision
from geo.core.same_objects import SameObjects
from geo.core.scenes import SceneRow, SceneStore
from geo.core.schedules import ScheduleRow, ScheduleSetup, ScheduleStore
from geo.core.source_events import SourceEventRow, SourceEventStore
from geo.core.source_rules import SourceRuleRow, SourceRuleStore
from geo.core.tracks import TrackRow, TrackStore, ensure_partitions
from geo.core.users import UserRow, UserStore
from geo.core.vehicles import VehicleRow, VehicleStore
from geo.core.video_sources import VideoSource, VideoSourceStore
from geo.core.violation_handovers import HandoverRow, HandoverStore
from geo.core.violation_reviews import CaseFilter, Decided, LookRow, OpenCase, ReviewRow, ReviewStore, RuleFigures
from geo.core.violations import FoundViolation, MeasureRow, ViolationRow, ViolationStore

__all__ = [
    "FOOTAGE_GAP_S",
    "AirspaceRow",
    "AirspaceSource",
    "AirspaceStore",
    "AuditEntry",
    "AuditFilter",
    "AuditLog",
    "AuditVerdict",
    "CameraCalibrationRow",
    "CameraCalibrationStore",
    "CameraModelRow",
    "CameraModelStore",
    "CaseFilter",
    "CommandRow",
    "CommandStore",
    "Database",
    "Decided",
    "DeviceCertificateRow",
    "DeviceCertificateStore",
    "DockRow",
    "DockSetup",
    "DockStore",
    "EventStore",
    "EvidenceDayRow",
    "EvidencePackageRow",
    "EvidenceStore",
    "FeaturePage",
    "FeatureStore",
    "FlightBook",
    "FlightBookLine",
    "FlightFileRow",
    "FlightFileStore",
    "FlightFilter",
    "FlightRow",
    "FlightStore",
    "FootageEvent",
    "FootageExportRow",
    "FootageExportStore",
    "FootagePolicyRow",
    "FootageQuestion",
    "FootageReceiptRow",
    "FootageRetentionStore",
    "FootageSearch",
    "FootageSegmentRow",
    "FootageSpan",
    "FootageStore",
    "FootageSummary",
    "FoundPlate",
    "FoundViolation",
    "GroupRow",
    "GroupStore",
    "HandoverRow",
    "HandoverStore",
    "HoldRow",
    "IncidentRow",
    "KeepRow",
    "KeepTimes",
    "LegalOrderRow",
    "LegalOrderSetup",
    "LegalOrderStore",
    "LookRow",
    "MeasureRow",
    "MissionContent",
    "MissionRow",
    "MissionStore",
    "ObservationRow",
    "ObservationStore",
    "OpenCase",
    "Page",
    "PlateReadRow",
    "PlateReceiptRow",
    "PlateStore",
    "PlateWatchRow",
    "PrivateCluster",
    "ReviewRow",
    "ReviewStore",
    "RevisionRow",
    "RevisionStore",
    "RuleFigures",
    "RunRow",
    "RunShotRow",
    "RunSlotRow",
    "RunStore",
    "SameObjects",
    "SceneRow",
    "SceneStore",
    "ScheduleRow",
    "ScheduleSetup",
    "ScheduleStore",
    "ShotSource",
    "SourceEventRow",
    "SourceEventStore",
    "SourceRuleRow",
    "SourceRuleStore",
    "TemplateRow",
    "TemplateStore",
    "TimelineStore",
    "TrackRow",
    "TrackStore",
    "TrajectoryPoint",
    "UserRow",
    "UserStore",
    "VehicleEventRow",
    "VehicleRow",
    "VehicleStore",
    "VideoSource",
    "VideoSourceStore",
    "ViolationRow",
    "ViolationStore",
    "backup",
    "current_revision",
    "ensure_partitions",
    "find_postgres",
    "head_revision",
    "open_database",
    "receipt_digest",
    "restore",
    "upgrade",
]
