"""What a scene file may say."""

from sim.scenes.model.actors import Actor, AnyActor, Car, Dump, Machine, Person, Picture, RoadDamage, Smoke, Stop
from sim.scenes.model.cameras import AnyCamera, CameraPart, Compression, DroneCamera, FixedCamera, FlightLeg, Lens, SceneVehicle
from sim.scenes.model.map import Area, Building, Lane, Map, Road, Signal, SolidLine, StopLine
from sim.scenes.model.parts import Part
from sim.scenes.model.scene import ExpectedViolation, Scene, Thresholds, Weather

__all__ = [
    "Actor",
    "AnyActor",
    "AnyCamera",
    "Area",
    "Building",
    "CameraPart",
    "Car",
    "Compression",
    "DroneCamera",
    "Dump",
    "ExpectedViolation",
    "FixedCamera",
    "FlightLeg",
    "Lane",
    "Lens",
    "Machine",
    "Map",
    "Part",
    "Person",
    "Picture",
    "Road",
    "RoadDamage",
    "Scene",
    "SceneVehicle",
    "Signal",
    "Smoke",
    "SolidLine",
    "Stop",
    "StopLine",
    "Thresholds",
    "Weather",
]
