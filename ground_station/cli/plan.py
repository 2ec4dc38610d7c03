"""`sunqar plan`: Plan missions from geometry."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.primitives import MissionError
from ground_station.cli.ground_table import ground_rows
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
from ground_station.cli.plan_patterns import add_pattern_commands

if TYPE_CHECKING:
    from missions import PlanResult

app = typer.Typer(help="Plan missions from geometry.", no_args_is_help=True)

DEFAULT_GSD_CM = 3.0


@app.callback()
def plan() -> None:
    """Plan missions from geometry."""


@app.command()
def survey(
    area_file: Annotated[Path, typer.Argument(metavar="INPUT", help="Area: GeoJSON, KML, GeoPackage, Shapefile")],
    out: Annotated[Path, typer.Option(help="Plan to write: .plan, .waypoints, .kml or .geojson")],
    feature: Annotated[int | None, typer.Option(help="Number of the polygon, when the file holds several")] = None,
    camera: Annotated[str, typer.Option(help="Camera model; an unknown one lists them all")] = "dji-mavic-3e",
    orientation: Annotated[
        str, typer.Option(help="Long side of the picture across the flight (landscape) or along it (portrait)")
    ] = "landscape",
    gsd_cm: Annotated[float | None, typer.Option(help=f"Ground sample distance [default: {DEFAULT_GSD_CM:g} unless --altitude-m]")] = None,
    altitude_m: Annotated[float | None, typer.Option(help="Altitude above home, instead of --gsd-cm")] = None,
    front_overlap: Annotated[float, typer.Option(help="Fraction shared by pictures in a row")] = 0.75,
    side_overlap: Annotated[float, typer.Option(help="Fraction shared by neighbouring lines")] = 0.65,
    speed_mps: Annotated[float | None, typer.Option(help="[default: 10, a plane 15, or what the camera can follow]")] = None,
    angle_deg: Annotated[str, typer.Option(help="Heading of the lines in degrees, or auto: the quickest")] = "auto",
    avoid: Annotated[Path | None, typer.Option(help="Polygons not to be flown over")] = None,
    fence: Annotated[Path | None, typer.Option(help="Polygon not to be left")] = None,
    clearance_m: Annotated[float, typer.Option(help="Distance kept from holes and avoid zones")] = 10.0,
    home: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where the vehicle starts")] = None,
    passes: Annotated[
        str, typer.Option(help="single; crosshatch: a second grid across; oblique: one straight down and four tilted")
    ] = "single",
    dem: DemOption = None,
    cameras: CamerasOption = None,
    level: LevelOption = False,
    zones: ZonesOption = None,
    vehicle: Annotated[str, typer.Option(help="copter or plane; the speed of a plane is that through the air")] = "copter",
    autopilot: Annotated[str | None, typer.Option(help="ardupilot or px4: whose way of flying the estimate counts with")] = None,
    wind: WindOption = None,
    sorties: SortiesOption = False,
    reserve: ReserveOption = None,
    vehicle_home: VehicleHomes = None,
    layer: Annotated[str | None, typer.Option(help="Layer of the file [default: all]")] = None,
) -> None:
    """Plan an area survey: lines over a polygon, around its holes and without leaving its bays."""
    from missions import (
        AUTOPILOTS,
        ORIENTATIONS,
        PASSES,
        VEHICLES,
        SurveyRequest,
        format_of,
        plan_survey,
        read_areas,
        refuse_exchanged_coordinates,
    )

    format_of(out.suffix)
    start = None if home is None else home_place(home)
    drawn = chosen(read_areas(area_file, layer), feature, area_file)
    if start is None and not vehicle_home:
        refuse_exchanged_coordinates(drawn, area_file)
    request = SurveyRequest(
        polygon=drawn.outer,
        holes=drawn.holes,
        camera=camera,
        orientation=_one_of("--orientation", orientation, ORIENTATIONS),
        gsd_cm=DEFAULT_GSD_CM if gsd_cm is None and altitude_m is None else gsd_cm,
        altitude_m=altitude_m,
        front_overlap=front_overlap,
        side_overlap=side_overlap,
        angle_deg=_angle(angle_deg),
        speed_mps=speed_mps,
        home=start,
        avoid=() if avoid is None else tuple(area.outer for area in read_areas(avoid)),
        fence=None if fence is None else chosen(read_areas(fence), None, fence).outer,
        clearance_m=clearance_m,
        name=area_file.stem,
        terrain=None if dem is None or level else "follow",
        vehicle=_one_of("--vehicle", vehicle, VEHICLES),
        autopilot=None if autopilot is None else _one_of("--autopilot", autopilot, AUTOPILOTS),
        passes=_one_of("--passes", passes, PASSES),
        **flight_members(wind, sorties, reserve, vehicle_home),
    )
    context, remarks = plan_context(dem, cameras, zones)
    result = plan_survey(request, context)
    if result.plan is None:
        errors = " ".join(finding.message for finding in result.findings if finding.severity == "error")
        raise MissionError(f"{area_file.name}, feature {drawn.feature}: {errors}", code="mission.survey", hint="No plan was written.")
    paths, lost = write_flights(result, out)
    _print_survey(result, paths)
    print_findings((*remarks, *result.findings, *lost))


def _print_survey(result: "PlanResult", paths: list[Path]) -> None:
    from missions import EnergyModel, SurveyStatistics

    numbers, plan, model = result.statistics, result.plan, EnergyModel()
    if not isinstance(numbers, SurveyStatistics) or plan is None:
        return
    minutes, seconds = divmod(round(numbers.duration_s), 60)
    rows = (
        ("area", f"{numbers.area_m2 / 1e4:.2f} ha"),
        ("altitude", f"{numbers.altitude_m:.1f} m above home"),
        ("GSD", f"{numbers.gsd_cm:.2f} cm"),
        ("footprint", f"{numbers.footprint_across_m:.1f} x {numbers.footprint_along_m:.1f} m"),
        ("lines", f"{numbers.lines}, {numbers.line_spacing_m:.1f} m apart, heading {numbers.angle_deg:g} deg"),
        ("photos", f"{numbers.photos}, one each {numbers.trigger_m:.1f} m ({numbers.trigger_m / numbers.speed_mps:.1f} s)"),
        ("distance", f"{numbers.distance_m / 1000:.2f} km at {numbers.speed_mps:g} m/s"),
        ("time", f"{minutes} min {seconds:02d} s"),
        (
            "energy",
            f"{numbers.energy_wh:.0f} Wh, {numbers.batteries:.2f} batteries of {model.battery_wh:g} Wh, {model.reserve:.0%} in reserve",
        ),
        ("covered share", f"{100 * numbers.covered_share:.2f} %"),
        *ground_rows(numbers),
        ("in avoid zones", f"{numbers.in_zones_m:g} m"),
        ("items", f"{sum(len(one.plan.items) for one in result.sorties) or len(plan.items)}"),
        *((("content hash", plan.content_hash()),) if not result.sorties else ()),
        ("written", ", ".join(map(str, paths))),
    )
    for name, value in rows:
        typer.echo(f"{name + ':':16}{value}")
    print_flights(result, paths)


def _one_of(option: str, text: str, options: tuple[str, ...]) -> str:
    if text in options:
        return text
    raise MissionError(f"{option} '{text}' is none of {', '.join(options)}.", code="mission.option", hint="Give one of these words.")


def _angle(text: str) -> float | None:
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError as error:
        raise MissionError(f"--angle-deg '{text}' is neither a number nor 'auto'.", code="mission.angle", hint="Give degrees.") from error


add_pattern_commands(app)
