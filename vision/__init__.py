"""Pictures to observations: detection, tracking, places with accuracy.

The face of the room. The detector (OpenVINO) and the tracker (`trackers`) load heavy libraries, so functions that import late make them.
"""

from collections.abc import Callable
from pathlib import Path

from vision.boxes import overlap as box_overlap
from vision.calibration import CalibratedPlane, ControlPoint
from vision.camera_calibration import CameraFit, PointError, calibrate_camera
from vision.camera_motion import CameraMotion
from vision.cards import DEFAULT as DEFAULT_MODEL, SHIPPED as SHIPPED_MODELS, ModelCard, models_in, read_card, write_card
from vision.detections import Box, Detections
from vision.drawing import annotated
from vision.evaluation import ClassScore
from vision.footprint import seen_ground, usual_view
from vision.frames import CameraView, Frame, ViewMotion
from vision.georeference import GroundFix, GroundModel
from vision.health import PictureHealth, Trouble
from vision.inference.detector import KEEP_ALIVE_CONFIDENCE, PEOPLE, VEHICLES, Detector, class_name, default_labels
from vision.inference.engine import Runtime
from vision.inference.recorded import RecordedDetector
from vision.judging import evaluate
from vision.landmarks import LOOKS as DRIFT_LOOKS, DriftAlarm, Landmarks
from vision.live_redaction import LiveRedaction
from vision.mosaic import hide, hide_planes, veil, veil_planes
from vision.motion import GroundMotion, ground_motion
from vision.observations import Observation
from vision.orthophoto_registration import GroundImage, Registration, moved_view, register
from vision.pass_calibration import GroundWay, PassCalibration, PixelWay, calibrate_by_pass
from vision.pictures import ArrayPicture, BgrImage, Grey, Picture, Window, scaled
from vision.pinhole_fit import Known
from vision.pipeline import FrameResult, Pipeline, TrackedBox
from vision.plates.cloned import CloneSuspicion, PlateSighting, cloned
from vision.plates.grammar import GRAMMARS as PLATE_GRAMMARS, PlateGrammar, grammars_of, normal_text
from vision.plates.judging import JudgedPlate, judge_plates
from vision.plates.of_tracks import PlatesOfTracks
from vision.plates.reader import PlateReader, Recogniser
from vision.plates.reading import PlateRead
from vision.posed_ground import PosedGround, Relief, ground_to_pixel, pixel_to_ground
from vision.redaction import PLATES, Redaction, RedactionSearch, redaction_from_json, search_confidence
from vision.rules.catalogue import RULES, rules_named
from vision.rules.clocked_signals import by_clock as scene_by_clock, on_timeline as scene_on_timeline
from vision.rules.flow import Flow, FlowMeter, Replay
from vision.rules.ground_path import GroundPath, ground_path
from vision.rules.judge import Judge, verdicts_hash
from vision.rules.road_features import road_scene
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Rule, RuleCard, Violation
from vision.rules.section_speed import SECTION_SPEED, PlateSeen, SectionSpeed, section_speed
from vision.rules.suitability import KnownSource, Suitability, suitabilities
from vision.rules.terms import Terms, terms_of
from vision.scene import Calibration, Scene, SceneFeature, fitted, ground_of, read_scene, scene_features
from vision.scheduling.attention import Attention, AttentionCount
from vision.scheduling.cadence import CadencePlan
from vision.scheduling.load import LoadControl
from vision.scheduling.packet_gate import PacketGate
from vision.scheduling.tier_in_force import TierInForce, TierWhy, tier_in_force
from vision.scheduling.tiers import TIER_CORES, TIERS, Blindness, Tier, TierChoice
from vision.time_offset import OffsetSearch, TimeOffset
from vision.track_scores import TrackScore, score_tracks
from vision.tracking.tracker import Tracker, TrackerKind
from vision.tracks import Track, TrackPoint
from vision.training.export import export_model
from vision.training.onnx_file import export_trained
from vision.training.quantisation import quantise as quantise_model

__all__ = [
    "DEFAULT_MODEL",
    "DRIFT_LOOKS",
    "KEEP_ALIVE_CONFIDENCE",
    "PEOPLE",
    "PLATES",
    "PLATE_GRAMMARS",
    "PLATE_MODEL",
    "RULES",
    "SECTION_SPEED",
    "SHIPPED_MODELS",
    "TIERS",
    "TIER_CORES",
    "VEHICLES",
    "Abstention",
    "ArrayPicture",
    "Attention",
    "AttentionCount",
    "BgrImage",
    "Blindness",
    "Box",
    "CadencePlan",
    "CalibratedPlane",
    "Calibration",
    "CameraFit",
    "CameraMotion",
    "CameraView",
    "ClassScore",
    "CloneSuspicion",
    "ControlPoint",
    "Detections",
    "Detector",
    "DriftAlarm",
    "Flow",
    "FlowMeter",
    "Frame",
    "FrameResult",
    "Grey",
    "GroundFix",
    "GroundImage",
    "GroundModel",
    "GroundMotion",
    "GroundPath",
    "GroundWay",
    "Judge",
    "JudgedPlate",
    "Known",
    "KnownSource",
    "Landmarks",
    "LiveRedaction",
    "LoadControl",
    "Measure",
    "ModelCard",
    "Observation",
    "OffsetSearch",
    "PacketGate",
    "PassCalibration",
    "Picture",
    "PictureHealth",
    "Pipeline",
    "PixelWay",
    "PlateGrammar",
    "PlateRead",
    "PlateReader",
    "PlateSeen",
    "PlateSighting",
    "PlatesOfTracks",
    "PointError",
    "PosedGround",
    "RecordedDetector",
    "Redaction",
    "RedactionSearch",
    "Registration",
    "Relief",
    "Replay",
    "RoadScene",
    "Rule",
    "RuleCard",
    "Runtime",
    "Scene",
    "SceneFeature",
    "SectionSpeed",
    "Suitability",
    "Terms",
    "Tier",
    "TierChoice",
    "TierInForce",
    "TierWhy",
    "TimeOffset",
    "Track",
    "TrackPoint",
    "TrackScore",
    "TrackedBox",
    "Tracker",
    "TrackerKind",
    "Trouble",
    "ViewMotion",
    "Violation",
    "Window",
    "annotated",
    "box_overlap",
    "calibrate_by_pass",
    "calibrate_camera",
    "class_name",
    "cloned",
    "default_labels",
    "evaluate",
    "export_model",
    "export_trained",
    "fitted",
    "grammars_of",
    "ground_motion",
    "ground_of",
    "ground_path",
    "ground_to_pixel",
    "hide",
    "hide_planes",
    "judge_plates",
    "models_in",
    "moved_view",
    "normal_text",
    "open_detector",
    "open_plate_reader",
    "open_tracker",
    "pixel_to_ground",
    "quantise_model",
    "read_card",
    "read_scene",
    "redaction_from_json",
    "register",
    "road_scene",
    "rules_named",
    "scaled",
    "scene_by_clock",
    "scene_features",
    "scene_on_timeline",
    "score_tracks",
    "search_confidence",
    "section_speed",
    "seen_ground",
    "suitabilities",
    "terms_of",
    "tier_in_force",
    "train_model",
    "usual_view",
    "veil",
    "veil_planes",
    "verdicts_hash",
    "write_card",
]

PLATE_MODEL = SHIPPED_MODELS / "plates.onnx"


def open_detector(
    path: Path,
    *,
    confidence: float = KEEP_ALIVE_CONFIDENCE,
    image_size_px: int = 640,
    threads: int = 0,
    overhead: bool = True,
    runtime: Runtime = "auto",
) -> Detector:
    """The detector in a model file; its card, when there is one beside it, must belong to it and names its classes.

    Raises: `VisionError` when the file is missing, no model, of an unknown kind, or other than its card says.
    """
    from vision.inference.engines import open_engine
    from vision.inference.network_detector import NetworkDetector

    engine = open_engine(path, runtime=runtime, threads=threads)
    return NetworkDetector(engine, path, confidence=confidence, image_size_px=image_size_px, overhead=overhead)


def open_plate_reader(*, image_size_px: int = 640, threads: int = 0) -> PlateReader:
    """The shipped detector of plates and the recogniser behind it, which is opened with the first plate large enough to be read.

    Raises: `VisionError` when a model file is missing.
    """
    from vision.plates.reader import PLATE_CONFIDENCE

    def recogniser() -> Recogniser:
        from vision.plates.rapidocr_recogniser import RapidOcrRecogniser

        return RapidOcrRecogniser(threads=threads)

    detector = open_detector(PLATE_MODEL, confidence=PLATE_CONFIDENCE, image_size_px=image_size_px, threads=threads, overhead=False)
    return PlateReader(detector, recogniser)


def train_model(
    recipe: Path, *, weights: Path, data: Path, out: Path, threads: int = 0, report: Callable[[str], None] | None = None
) -> Path:
    """Train by a recipe and return the file of the weights. Needs the `train` extra. Raises: `VisionError`."""
    from vision.training.loop import train
    from vision.training.recipe import read_recipe

    return train(read_recipe(recipe), weights=weights, data=data, out=out, threads=threads, report=report)


def open_tracker(
    frames_per_second: float, activation_confidence: float, kind: TrackerKind = "byte_track", *, memory_s: float = 1.0
) -> Tracker:
    """A new tracker for one source; `frames_per_second` is the rate of the frames it will be given, `memory_s` how long it waits for a
    thing out of sight."""
    from vision.tracking.byte_track import byte_track
    from vision.tracking.oc_sort import oc_sort

    choice = {"byte_track": byte_track, "oc_sort": oc_sort}
    return choice[kind](frames_per_second, activation_confidence, memory_s)
