"""What a pilot meant: `template.kml` beside the waylines, from which DJI's apps make them."""

from dataclasses import dataclass

from geo.primitives import LonLat
from missions.commands import Frame
from missions.formats.json_node import lonlat_or_refuse
from missions.formats.plan_format import unreadable
from missions.formats.xml_tree import XmlNode, parse_xml

FRAMES = {
    "relativeToStartPoint": Frame.GLOBAL_RELATIVE_ALT,
    "EGM96": Frame.GLOBAL,
    "aboveGroundLevel": Frame.GLOBAL_TERRAIN_ALT,
    "realTimeFollowSurface": Frame.GLOBAL_TERRAIN_ALT,
}


def document_of(data: bytes, source: str) -> XmlNode:
    document = parse_xml(data, source, "kml").find("Document")
    if document is None:
        raise unreadable(source, "", "no Document", "a DJI wayline file")
    return XmlNode(document, source, "")


@dataclass(frozen=True, slots=True)
class Meant:
    """What the template says of each waypoint: height and its reference, whether speed and gimbal are its own."""

    frame: Frame | None
    heights_m: tuple[float | None, ...]
    own_speed: tuple[bool, ...]
    pitches_deg: tuple[float | None, ...]
    home: LonLat | None


def meant_by(document: XmlNode, source: str) -> Meant | None:
    folder = document.child("Folder")
    if folder is None:
        return Meant(None, (), (), (), _takeoff_place(document, source))
    system = folder.child("waylineCoordinateSysParam")
    points = [mark for mark in folder.children("Placemark") if mark.child("Point") is not None]
    global_m = folder.number_or_none("globalHeight")
    by_point = folder.text("gimbalPitchMode") == "usePointSetting"
    return Meant(
        None if system is None else FRAMES.get(system.text("heightMode")),
        tuple(
            global_m if mark.switched_on("useGlobalHeight") and global_m is not None else mark.number_or_none("height") for mark in points
        ),
        tuple(not mark.switched_on("useGlobalSpeed") for mark in points),
        tuple(mark.number_or_none("gimbalPitchAngle") if by_point else None for mark in points),
        _takeoff_place(document, source),
    )


def _takeoff_place(document: XmlNode, source: str) -> LonLat | None:
    """takeOffRefPoint: latitude, longitude, height above the ellipsoid."""
    config = document.child("missionConfig")
    parts = [] if config is None else config.text("takeOffRefPoint").split(",")
    try:
        lat, lon = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None
    return None if (lat, lon) == (0.0, 0.0) else lonlat_or_refuse(lon, lat, source, "takeOffRefPoint")
