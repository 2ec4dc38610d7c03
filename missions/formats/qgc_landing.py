"""Landing patterns of QGroundControl for wings and VTOL: a start of landing, the way or the circle down to the approach, the landing.

QGroundControl makes their items anew whenever it sends them, from the numbers in the file alone; here they are made in the same way.
"""

from geo.primitives import LonLat
from missions.commands import Command, Frame
from missions.formats.json_node import JsonNode
from missions.plan import ANY_HEADING, MissionItem

# Pattern -> the versions understood and the command it lands with.
LANDING_PATTERNS = {"fwLandingPattern": ((1, 2), Command.LAND), "vtolLandingPattern": ((1,), Command.VTOL_LAND)}


def landing_items(node: JsonNode) -> tuple[MissionItem, ...]:
    """Raises `MissionError` naming a member that is missing or wrong."""
    versions, land = LANDING_PATTERNS[node.member("complexItemType").text()]
    if node.member("version").whole() not in versions:
        raise node.member("version").wrong(f"version {' or '.join(map(str, versions))} of this pattern")
    frame = Frame.GLOBAL_RELATIVE_ALT if _above_home(node) else Frame.GLOBAL
    # Named for the circle until it could be a waypoint.
    approach, approach_m = _place(node.member("landingApproachCoordinate" if node.has("landingApproachCoordinate") else "loiterCoordinate"))
    place, height_m = _place(node.member("landCoordinate"))
    items = [MissionItem(Command.DO_LAND_START, Frame.MISSION)]
    if _said(node, "stopTakingPhotos", otherwise=False):
        items.append(MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION))
        items.append(_stop(Command.IMAGE_STOP_CAPTURE))
    if _said(node, "stopVideoPhotos", otherwise=False):
        items.append(_stop(Command.VIDEO_STOP_CAPTURE))
    if _said(node, "useLoiterToAlt", otherwise=True):
        radius_m = node.member("loiterRadius").number() * (1.0 if node.member("loiterClockwise").boolean() else -1.0)
        # Parameters: heading required, radius, unused, leave on the tangent.
        items.append(MissionItem(Command.LOITER_TO_ALT, frame, (1.0, radius_m, 0.0, 1.0), approach, approach_m))
    else:
        items.append(MissionItem(Command.WAYPOINT, frame, ANY_HEADING, approach, approach_m))
    items.append(MissionItem(land, frame, ANY_HEADING if land == Command.VTOL_LAND else (0.0, 0.0, 0.0, 0.0), place, height_m))
    return tuple(items)


def _stop(command: Command) -> MissionItem:
    return MissionItem(command, Frame.MISSION, (0.0, None, None, None), altitude_m=None, params_5_6=(None, None))


def _above_home(node: JsonNode) -> bool:
    if node.has("altitudesAreRelative"):
        return node.member("altitudesAreRelative").boolean()
    # Version 1 said it for both heights; where they differ QGroundControl takes both as above home.
    return node.member("loiterAltitudeRelative").boolean() or node.member("landAltitudeRelative").boolean()


def _said(node: JsonNode, member: str, *, otherwise: bool) -> bool:
    return node.member(member).boolean() if node.has(member) else otherwise


def _place(node: JsonNode) -> tuple[LonLat, float]:
    lat, lon, altitude = node.array(3)
    return node.lonlat(lon, lat), altitude.number()
