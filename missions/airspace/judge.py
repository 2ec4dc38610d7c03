"""What the legs of a plan meet: all zones and the fence at once, summed leg by leg, return by return and zone by zone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from geo.primitives import Altitude, AltitudeReference
from missions.airspace.certificate_parts import FENCE_ERROR_M, FenceShape, LegProof, ReturnProof, ZoneProof, fence_shape
from missions.airspace.flown_legs import FlownLeg3D, FlownPlan
from missions.airspace.leg_heights import Ground
from missions.airspace.zone import AirspaceZone
from missions.airspace.zone_contact import contacts, shapes_near
from missions.airspace.zone_shapes import ZoneShape
from missions.plan import MissionPlan
from missions.planning.endurance import CopterDynamics

# Item, landing place and legs of a return.
Way = tuple[int, int, tuple[FlownLeg3D, ...]]


class Judge:
    """Finds the contacts of all legs at once and sums them as asked."""

    def __init__(
        self,
        flown: FlownPlan | None,
        plan: MissionPlan,
        zones: Sequence[AirspaceZone],
        legs: Sequence[FlownLeg3D],
        ground: Ground | None,
        at: datetime | None,
        ends_at: datetime | None,
        dynamics: CopterDynamics,
    ) -> None:
        self._zones, self._dynamics = zones, dynamics
        self._in_force = [zone.in_force(at, ends_at) for zone in zones]
        counted = [zone if force else None for zone, force in zip(zones, self._in_force, strict=True)]
        self._shapes: list[ZoneShape | None] = [None] * len(zones)
        if flown is not None:
            near = shapes_near([zone for zone in counted if zone is not None], flown.frame, legs)
            places = iter(near)
            self._shapes = [None if zone is None else next(places) for zone in counted]
        self.fence: FenceShape | None = None if flown is None else fence_shape(plan.geofence, flown.frame)
        self._by_leg: dict[FlownLeg3D, dict[int, tuple[float, float]]] = {}
        distinct = list(dict.fromkeys(legs))
        for contact in contacts(distinct, self._shapes, ground) if ground is not None else ():
            self._by_leg.setdefault(distinct[contact.leg], {})[contact.zone] = (contact.inside_m, contact.distance_m)

    def legs(self, legs: Sequence[FlownLeg3D]) -> tuple[LegProof, ...]:
        return tuple(self._leg(leg) for leg in legs)

    def _leg(self, leg: FlownLeg3D) -> LegProof:
        inside, forbidden_m, nearest_m = self._met(leg)
        outside_m = within_m = least_m = margin_m = None
        if self.fence is not None:
            margin_m = round(self._dynamics_margin_m(leg.speed_mps), 2)
            outside_m, within_m, least_m = self.fence.judge(leg, margin_m)
        return LegProof(
            kind=leg.kind,
            item=leg.item,
            length_m=round(leg.length_m, 2),
            low_m=round(leg.low_m, 2),
            high_m=round(leg.high_m, 2),
            over_ground=leg.over_ground,
            inside=inside,
            forbidden_m=forbidden_m,
            least_zone_m=nearest_m,
            outside_fence_m=outside_m,
            fence_margin_m=margin_m,
            within_fence_margin_m=within_m,
            least_fence_m=least_m,
        )

    def _dynamics_margin_m(self, speed_mps: float) -> float:
        return speed_mps**2 / (2.0 * self._dynamics.acceleration_mps2) + FENCE_ERROR_M

    def _met(self, leg: FlownLeg3D) -> tuple[tuple[tuple[str, float], ...], float, float | None]:
        met = self._by_leg.get(leg, {})
        inside = tuple((self._zones[number].id, round(metres, 3)) for number, (metres, _) in met.items() if metres > 0.0)
        forbidden = [(metres, distance) for number, (metres, distance) in met.items() if self._zones[number].forbidden]
        # Zones may overlap; a metre in two of them is counted once a zone, never too little.
        return inside, round(sum(metres for metres, _ in forbidden), 3), least(distance for _, distance in forbidden)

    def returns(self, ways: Sequence[Way]) -> tuple[ReturnProof, ...]:
        found = []
        for item, landing, path in ways:
            proofs = self.legs(path)
            ids = tuple(dict.fromkeys(name for proof in proofs for name, _ in proof.inside if name in self._forbidden_ids()))
            outside = None if self.fence is None else round(sum(proof.outside_fence_m or 0.0 for proof in proofs), 3)
            forbidden_m = round(sum(proof.forbidden_m for proof in proofs), 3)
            found.append(ReturnProof(item, landing, round(sum(leg.length_m for leg in path), 1), forbidden_m, ids, outside))
        return tuple(found)

    def _forbidden_ids(self) -> frozenset[str]:
        return frozenset(zone.id for zone in self._zones if zone.forbidden)

    def zones(self, legs: Sequence[FlownLeg3D]) -> tuple[ZoneProof, ...]:
        met: dict[int, list[tuple[float, float]]] = {}
        for leg in legs:
            for number, contact in self._by_leg.get(leg, {}).items():
                met.setdefault(number, []).append(contact)
        return tuple(
            ZoneProof.of(
                zone,
                in_force=self._in_force[number],
                inside_m=round(sum(metres for metres, _ in met.get(number, ())), 3),
                least_m=least(distance for _, distance in met.get(number, ())),
            )
            for number, zone in enumerate(self._zones)
        )

    def forbidden_shapes(self, high_m: float) -> list[ZoneShape]:
        """Forbidden zones that reach below the height of return; heights over the sea count whole, ground and pressure move them."""
        shapes = [shape for shape in self._shapes if shape is not None and shape.zone.forbidden]
        return [shape for shape in shapes if by_sea(shape.zone) or _starts_below(shape.zone.floor, high_m)]

    def blocking_areas(self) -> list[ZoneShape]:
        return [shape for shape in self._shapes if shape is not None and shape.zone.forbidden]


def _starts_below(floor: Altitude, high_m: float) -> bool:
    return floor.metres <= high_m


def by_sea(zone: AirspaceZone) -> bool:
    """True when a limit of the zone does not count from the ground."""
    limits = [zone.floor] if zone.ceiling is None else [zone.floor, zone.ceiling]
    return any(limit.reference is not AltitudeReference.ABOVE_TERRAIN for limit in limits)


def least(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(min(known), 2) if known else None
