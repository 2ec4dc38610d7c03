"""`sunqar plan corridor`, `orbit`, `points` …: one command a pattern, its options taken from the members of its request."""

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.primitives import MissionError
from ground_station.cli.plan_context import CamerasOption, DemOption, LevelOption, ZonesOption, plan_context
from ground_station.cli.plan_flights import (
    ReserveOption,
    SortiesOption,
    VehicleHomes,
    WindOption,
    flight_members,
    print_flights,
    write_flights,
)
from ground_station.cli.plan_inputs import chosen, home_place, print_findings
from missions import PATTERNS, Area, Choice, Flag, Kind, Line, Member, Number, PlanRequest, Point, Record, Several, Text, members_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from missions import DrawnPlaces, PlanResult

# Read from files or written as LAT,LON; all other members are options of their own kind.
_SHARED = {
    "avoid": Annotated[Path | None, typer.Option(help="Polygons not to be flown over")],
    "fence": Annotated[Path | None, typer.Option(help="Polygon not to be left")],
    "home": Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where the vehicle starts")],
}
_FLIGHTS = {
    "wind": (WindOption, None),
    "sorties": (SortiesOption, False),
    "reserve": (ReserveOption, None),
    "vehicle_home": (VehicleHomes, None),
}
_SURROUNDINGS = {
    "dem": (DemOption, None),
    "level": (LevelOption, False),
    "cameras": (CamerasOption, None),
    "zones": (ZonesOption, None),
}
_NOT_OFFERED = frozenset({"name", "vehicles", "wind", "terrain", "sorties", "reserve"})


def add_pattern_commands(app: typer.Typer) -> None:
    """All patterns but the area survey, which has a command of its own."""
    for word, pattern in PATTERNS.items():
        if word != "survey":
            app.command(word.replace("_", "-"), help=f"{pattern.title}.")(_command(pattern.request))


def _command(request: type[PlanRequest]) -> Any:
    members = [member for member in members_of(request) if member.name not in _NOT_OFFERED]

    def command(**options: Any) -> None:
        _plan(request, members, **options)

    drawn = next(member for member in members if member.name == request.drawn_member)
    parameters = [
        _parameter(
            "input", Annotated[Path, typer.Argument(metavar="INPUT", help=f"{drawn.description}: GeoJSON, KML, GeoPackage, Shapefile")]
        ),
        _parameter("out", Annotated[Path, typer.Option(help="Plan to write, its format by its suffix")]),
    ]
    for member in members:
        if member.name in _SHARED:
            parameters.append(_parameter(member.name, _SHARED[member.name], None))
        elif member is not drawn:
            kind, default = _type_of(member.kind), member.default
            note = f"{member.description}{_unit(member.kind)}"
            parameters.append(_parameter(member.name, Annotated[kind | None, typer.Option(help=note)], default))
    parameters += [_parameter(name, option, default) for name, (option, default) in (_FLIGHTS | _SURROUNDINGS).items()]
    parameters.append(_parameter("layer", Annotated[str | None, typer.Option(help="Layer of the file [default: all]")], None))
    parameters.sort(key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _type_of(kind: Kind) -> type:
    if isinstance(kind, Number):
        return int if kind.whole else float
    return bool if isinstance(kind, Flag) else str


def _unit(kind: Kind) -> str:
    if isinstance(kind, Number):
        return f" ({kind.limits()})" if kind.limits().strip() else ""
    return f" ({', '.join(kind.options)})" if isinstance(kind, Choice) else ""


def _plan(request: type[PlanRequest], members: list[Member], **options: Any) -> None:
    from missions import format_of, plan_request, read_areas

    source, out, layer = (options.pop(name) for name in ("input", "out", "layer"))
    flights = flight_members(*(options.pop(name) for name in _FLIGHTS))
    dem, level, cameras, zones = (options.pop(name) for name in _SURROUNDINGS)
    context, remarks = plan_context(dem, cameras, zones)
    format_of(out.suffix)
    avoid, fence, home = (options.pop(name) for name in ("avoid", "fence", "home"))
    drawn = next(member for member in members if member.name == request.drawn_member)
    values = {name: value for name, value in options.items() if value is not None}
    values |= {
        "name": source.stem,
        drawn.name: _drawing(drawn.kind, source, layer),
        "avoid": () if avoid is None else tuple(area.outer for area in read_areas(avoid)),
        "fence": None if fence is None else chosen(read_areas(fence), None, fence).outer,
        "home": None if home is None else home_place(home),
        "terrain": None if dem is None or level else "follow",
        **flights,
    }
    for member in members:
        if isinstance(member.kind, Choice | Text) and member.name in options and options[member.name] is not None:
            member.kind.read(options[member.name], member.name)
    result = plan_request(request(**values), context)
    if result.plan is None:
        errors = " ".join(finding.message for finding in result.findings if finding.severity == "error")
        raise MissionError(f"{source.name}: {errors}", code="mission.plan", hint="No plan was written.")
    paths, lost = write_flights(result, out)
    _print(result, paths)
    print_findings((*remarks, *result.findings, *lost))


def _drawing(kind: Kind, source: Path, layer: str | None) -> Any:
    """What the pattern needs of the file: a polygon, a line, a place, or all places or areas with what is said of them."""
    from missions import RASTER_SUFFIXES, InspectionPoint, LikelyArea, likely_areas, read_areas, read_places

    if isinstance(kind, Area):
        return chosen(read_areas(source, layer), None, source).outer
    if isinstance(kind, Line):
        return _only(read_places(source, "LineString", layer), "lines", source).places
    if isinstance(kind, Point):
        return _only(read_places(source, "Point", layer), "points", source).places[0]
    if isinstance(kind, Several) and kind.kind == Record(InspectionPoint):
        points = read_places(source, "Point", layer)
        return tuple(
            InspectionPoint(place=one.places[0], **_said(InspectionPoint, one.properties, f"feature {one.feature}")) for one in points
        )
    areas = likely_areas(source) if source.suffix.lower() in RASTER_SUFFIXES else read_areas(source, layer)
    alike = {"probability": 1.0 / len(areas)}
    return tuple(
        LikelyArea(polygon=area.outer, **(_said(LikelyArea, area.properties, f"feature {area.feature}") or alike)) for area in areas
    )


def _said(record: type, properties: "Mapping[str, Any]", where: str) -> dict[str, Any]:
    """What the file itself says of a feature, under the names of the members of a request."""
    from math import isnan

    def empty(value: Any) -> bool:
        return value is None or (isinstance(value, float) and isnan(value))

    members = (member for member in members_of(record) if not empty(properties.get(member.name)))
    return {member.name: member.kind.read(_plain(properties[member.name]), f"{where}, {member.name}") for member in members}


def _plain(value: Any) -> Any:
    """A number of an array as one of Python's."""
    return value.item() if hasattr(value, "item") else value


def _only(found: "list[DrawnPlaces]", what: str, source: Path) -> "DrawnPlaces":
    if len(found) == 1:
        return found[0]
    raise MissionError(
        f"{source.name}: {len(found)} {what}, one is planned at a time.", code="mission.drawing", hint="Keep one in the file."
    )


def _print(result: "PlanResult", paths: list[Path]) -> None:
    numbers, plan = result.statistics, result.plan
    if numbers is None or plan is None:
        return
    minutes, seconds = divmod(round(numbers.duration_s), 60)
    value = numbers.to_json()
    rows = [
        ("altitude", f"up to {numbers.altitude_m:.1f} m above home"),
        ("GSD", None if numbers.gsd_cm is None else f"{numbers.gsd_cm:.2f} cm"),
        ("lines", f"{value['lines']}"),
        ("photos", f"{numbers.photos}"),
        ("distance", f"{numbers.distance_m / 1000:.2f} km at {numbers.speed_mps:g} m/s"),
        ("time", f"{minutes} min {seconds:02d} s"),
        ("energy", f"{numbers.energy_wh:.0f} Wh, {numbers.batteries:.2f} batteries"),
        ("covered share", None if numbers.covered_share is None else f"{100 * numbers.covered_share:.2f} %"),
        ("detection", None if value["detection"] is None else f"probability {value['detection']:.3f}"),
        ("in avoid zones", f"{numbers.in_zones_m:g} m"),
        ("items", f"{sum(len(one.plan.items) for one in result.sorties) or len(plan.items)}"),
        ("content hash", None if result.sorties else plan.content_hash()),
        ("written", ", ".join(map(str, paths))),
    ]
    for name, text in rows:
        if text is not None:
            typer.echo(f"{name + ':':16}{text}")
    print_flights(result, paths)
