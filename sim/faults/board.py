"""The faults of one vehicle: which are active now, and what lies on each seam."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from sim.faults.catalogue import FaultSpec
from sim.faults.fault import SEAMS, Fault, touches


@dataclass(slots=True)
class _Planned:
    spec: FaultSpec
    order: int
    active: Fault | None = None


class FaultBoard:
    """Asked at every step, so that an undisturbed vehicle pays one comparison: lists per seam hold what is active and acts there."""

    def __init__(self, system_id: int, seed: int, specs: Iterable[FaultSpec] = ()) -> None:
        self._system_id = system_id
        self._seed = seed
        self._planned: list[_Planned] = []
        self._count = 0
        self._now_s = 0.0
        self._next_change_s = 0.0
        self.revision = 0
        self._relist()
        for spec in specs:
            self.add(spec)
        self.update(0.0)  # what is wrong from the start is wrong before the first step

    def add(self, spec: FaultSpec) -> None:
        """Plan a fault; one whose start has passed begins at the next step. A fault for another vehicle is left out."""
        if spec.vehicle not in (None, self._system_id):
            return
        self._count += 1
        self._planned.append(_Planned(spec, self._count))
        self._next_change_s = self._now_s

    def remove(self, name: str) -> None:
        """End all faults of this name and forget planned ones."""
        self._planned = [planned for planned in self._planned if planned.spec.name != name]
        self._relist()

    @property
    def active(self) -> list[str]:
        """Names of the faults that act now."""
        return [planned.spec.name for planned in self._planned if planned.active is not None]

    def update(self, now_s: float) -> None:
        """Begin and end what is due at this instant of the simulated clock."""
        self._now_s = now_s
        if now_s < self._next_change_s:
            return
        upcoming: list[float] = []
        for planned in list(self._planned):
            spec = planned.spec
            if spec.end_s is not None and now_s >= spec.end_s:
                self._planned.remove(planned)
                continue
            if planned.active is None and now_s >= spec.start_s:
                planned.active = spec.build()
                planned.active.begin(now_s, Random(f"{self._seed}/{self._system_id}/fault/{spec.name}/{planned.order}"))
            upcoming.append(spec.start_s if planned.active is None else spec.end_s if spec.end_s is not None else float("inf"))
        self._next_change_s = min(upcoming, default=float("inf"))
        self._relist()

    def _relist(self) -> None:
        acting = [planned.active for planned in self._planned if planned.active is not None]
        on = {seam: [fault for fault in acting if touches(fault, seam)] for seam in SEAMS}
        self.motors, self.body, self.air, self.power, self.sensing = (
            on[seam] for seam in ("at_motors", "at_body", "in_air", "at_battery", "at_sensors")
        )
        self.links = on["on_link"]
        self.rc_heard = not on["at_radio_control"]
        self.camera_works = not on["at_camera"]
        self.revision += 1
