"""Scenes: a map, actors, weather and cameras in one file, with the truth of every frame and every broken rule."""

from sim.scenes.catalogue import is_scene, read_scene, shipped_scenes
from sim.scenes.export import scene_file
from sim.scenes.film import SceneFilm
from sim.scenes.model import DroneCamera, FixedCamera, Scene
from sim.scenes.recording import SceneFrame, SceneRecording
from sim.scenes.stage import Detail, Stage
from sim.scenes.truth import FrameTruth, SeenObject, Told
from sim.scenes.violations import TrueViolation, violations_of

__all__ = [
    "Detail",
    "DroneCamera",
    "FixedCamera",
    "FrameTruth",
    "Scene",
    "SceneFilm",
    "SceneFrame",
    "SceneRecording",
    "SeenObject",
    "Stage",
    "Told",
    "TrueViolation",
    "is_scene",
    "read_scene",
    "scene_file",
    "shipped_scenes",
    "violations_of",
]
