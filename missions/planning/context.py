"""What the surroundings of a plan know and its request does not say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from geo.terrain import Heights
from missions.airspace.zone import AirspaceZone
from missions.planning.autopilots import VehicleDynamics
from missions.planning.camera import CameraModel
from missions.planning.camera_catalogue import CAMERA_MODELS
from missions.planning.endurance import EnergyModel
from missions.planning.wing_endurance import WingEnergyModel
from missions.requests.request import PlanRequest

_Request = TypeVar("_Request", bound=PlanRequest)
_Known = TypeVar("_Known")
# What makes a vehicle the one that sets the rule for those it flies with.
_WIDEST: Mapping[str, Callable[[VehicleDynamics], float]] = {
    "copter": lambda moves: -moves.copter.climb_mps,
    "plane": lambda moves: moves.wing.radius_m(moves.wing.cruise_mps),
}


@dataclass(frozen=True, slots=True)
class PlanContext:
    """`energy` is that of the copters that will fly, `wing` that of planes, `dynamics` how they move (None: as their autopilot comes),
    `heights` the ground, None when nobody knows it, `cameras` those there are by id. `zones` of the airspace that forbid flying, at the
    flight's height and when it starts (`at`, None = whenever), are led around.

    By name, for plans that name vehicles: `energies` and `wings` of those whose flights or batteries were measured, `autopilots` the words
    of who flies them, `moves` how they move by their own limits.
    """

    energy: EnergyModel = field(default_factory=EnergyModel)
    energies: Mapping[str, EnergyModel] = field(default_factory=dict)
    autopilots: Mapping[str, str] = field(default_factory=dict)
    wing: WingEnergyModel = field(default_factory=WingEnergyModel)
    wings: Mapping[str, WingEnergyModel] = field(default_factory=dict)
    dynamics: VehicleDynamics | None = None
    moves: Mapping[str, VehicleDynamics] = field(default_factory=dict)
    heights: Heights | None = None
    cameras: Mapping[str, CameraModel] = field(default_factory=lambda: CAMERA_MODELS)
    zones: tuple[AirspaceZone, ...] = ()
    at: datetime | None = None

    def camera_of(self, request: PlanRequest) -> CameraModel | None:
        """The camera of a request as it hangs; None when there is none of that id."""
        camera = self.cameras.get(request.camera)
        return None if camera is None else camera.mounted(request.orientation)


def prepared(request: _Request, context: PlanContext) -> tuple[_Request, PlanContext]:
    """With what a request says of vehicles and batteries put where planners look: home is the first vehicle's, the reserve is kept."""
    if request.vehicles:
        request = replace(request, home=request.vehicles[0].home)
        names = [start.name for start in request.vehicles]
        own = [context.autopilots[name] for name in names if name in context.autopilots]
        if request.autopilot is None and own:
            request = replace(request, autopilot=own[0])
        # All fly by the same rule: the one that stays up shortest, turns widest or climbs slowest sets it.
        context = replace(
            context,
            energy=min(_those(names, context.energies), key=lambda energy: energy.usable_wh / energy.hover_w, default=context.energy),
            wing=min(_those(names, context.wings), key=_endurance_h, default=context.wing),
            dynamics=max(_those(names, context.moves), key=_WIDEST[request.vehicle], default=context.dynamics),
        )
    if request.reserve is not None:
        reserve = request.reserve
        context = replace(context, energy=replace(context.energy, reserve=reserve), wing=replace(context.wing, reserve=reserve))
    return request, context


def _those(names: Sequence[str], known: Mapping[str, _Known]) -> list[_Known]:
    return [known[name] for name in names if name in known]


def _endurance_h(wing: WingEnergyModel) -> float:
    return wing.usable_wh / wing.level_power_w(wing.best_glide_mps)
