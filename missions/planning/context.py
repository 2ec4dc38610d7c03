"""What the surroundings of a plan know and its request does not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from geo.terrain import Heights
from missions.airspace.zone import AirspaceZone
from missions.planning.camera import CameraModel
from missions.planning.camera_catalogue import CAMERA_MODELS
from missions.planning.endurance import EnergyModel
from missions.planning.wing_endurance import WingEnergyModel
from missions.requests.request import PlanRequest

_Request = TypeVar("_Request", bound=PlanRequest)


@dataclass(frozen=True, slots=True)
class PlanContext:
    """`energy` is that of the copters that will fly, `wing` that of planes, `heights` the ground, None when nobody knows it, `cameras`
    those there are by id. `zones` of the airspace that forbid flying, at the flight's height and when it starts (`at`, None = whenever),
    are led around. `energies` are those of vehicles whose flights were measured and `autopilots` the words of who flies them, by name: a
    plan that names vehicles counts with theirs."""

    energy: EnergyModel = field(default_factory=EnergyModel)
    energies: Mapping[str, EnergyModel] = field(default_factory=dict)
    autopilots: Mapping[str, str] = field(default_factory=dict)
    wing: WingEnergyModel = field(default_factory=WingEnergyModel)
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
        # All fly by the same rule: the one that hovers shortest sets it.
        named = [context.energies[start.name] for start in request.vehicles if start.name in context.energies]
        own = [context.autopilots[start.name] for start in request.vehicles if start.name in context.autopilots]
        if request.autopilot is None and own:
            request = replace(request, autopilot=own[0])
        context = replace(context, energy=min(named, key=lambda energy: energy.usable_wh / energy.hover_w, default=context.energy))
    if request.reserve is not None:
        reserve = request.reserve
        context = replace(context, energy=replace(context.energy, reserve=reserve), wing=replace(context.wing, reserve=reserve))
    return request, context
