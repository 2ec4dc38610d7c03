"""One simulated vehicle: body, battery, wind, navigation and autopilot, stepped together, with MAVLink messages at its edge."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from sim.airframes import BodyState, airframe_of
from sim.autopilot import Autopilot
from sim.battery import Battery
from sim.body import Body
from sim.clock import STEP_MS, STEP_S, SimClock
from sim.faults import FaultBoard, FaultSpec
from sim.fence import fence_of
from sim.firmware import firmware_of
from sim.gimbal import Gimbal
from sim.local_place import LocalPlaces
from sim.notices import Notice, Text
from sim.plans import empty_plans
from sim.sensors import GPS_LOCK_S
from sim.services.catalogue import services_for
from sim.services.files import Files
from sim.services.habits import habits_of
from sim.services.host import Host
from sim.services.router import ServiceRouter
from sim.signing import Signing
from sim.telemetry import Instruments
from sim.terrain import Terrain
from sim.wind import MeanWind

BATTERY_SWAP_AFTER_S = 60.0  # on the ground, disarmed: someone puts in a full one, so a long demonstration goes on
BATTERY_SWAP_BELOW = 0.9
STEPS_PER_S = 1000 // STEP_MS


def _phase_ms(system_id: int) -> int:
    """When a vehicle's streams begin: each at its own step of a second, so that a fleet does not speak in one burst."""
    return (system_id - 1) * 7 % STEPS_PER_S * STEP_MS


class SimulatedVehicle:
    """`step` moves the vehicle one step of the clock, which the owner advances first; both directions speak pymavlink messages."""

    def __init__(
        self,
        system_id: int,
        home: LonLat,
        clock: SimClock,
        *,
        autopilot: str = "ardupilot",
        vehicle_type: str = "copter",
        seed: int = 0,
        wind: MeanWind | None = None,
        faults: Iterable[FaultSpec] = (),
        terrain: Terrain | None = None,
        video_uri: str | None = None,
        gps_lock_s: float = GPS_LOCK_S,
        from_the_box: bool = False,
    ) -> None:
        """`gps_lock_s` is the time from boot to the first fix: a real receiver's cold start takes about 30 s.
        `from_the_box`: telemetry at the rates the firmware ships with; an ArduPilot then says almost nothing until it is asked.

        Raises `SettingsError` for an autopilot or a type that is not simulated.
        """
        airframe = airframe_of(vehicle_type)
        self.system_id = system_id
        self.home = home
        self.clock = clock
        self.places = LocalPlaces(home, terrain)
        firmware = firmware_of(autopilot, vehicle_type)
        habits = habits_of(autopilot)
        self.plans = empty_plans(
            home_is_item_zero=habits.home_is_item_zero,
            rewrites=habits.rewrites_items,
            winged=vehicle_type != "copter",
            refuses=habits.refuses_item,
        )
        self.store = self.plans.mission
        self.parameters = firmware.parameters(system_id)
        if from_the_box:
            for found in self.parameters.all():
                if found.name.startswith("MAV1_"):
                    self.parameters.force(found.name, found.default)
        self.autopilot = Autopilot(firmware, self.parameters, self.store, self.places)
        self.faults = FaultBoard(system_id, seed, faults)
        self.body = Body(
            airframe,
            self.places,
            system_id=system_id,
            seed=seed,
            wind=wind,
            faults=self.faults,
            gps_lock_s=gps_lock_s,
            coast_s=firmware.position_kept_s,
        )
        self._instruments = Instruments(system_id, clock, self.places, self.autopilot, self.store, self.body.readings, self.body.battery)
        self._notices: list[Notice] = [Text(firmware.identity.greeting)]
        self.files = Files(habits.log_folder)
        self.signing = Signing(clock)
        self.host = host = Host(
            self._instruments,
            self.parameters,
            self.plans,
            habits,
            self.files,
            self.signing,
            self.faults,
            self._notices.append,
            self._say,
            f"{seed}/{system_id}",
            Gimbal(),
            firmware.identity.release,
            video_uri,
        )
        self._router = ServiceRouter(host, services_for(host), clock.boot_ms + _phase_ms(system_id))
        self._landed_at_s = 0.0
        self._has_charger = False
        self._fence_revision = 0
        self._parameter_revision = -1

    @property
    def truth(self) -> BodyState:
        """Where the vehicle really is and how it really moves."""
        return self.body.truth

    @property
    def gimbal(self) -> Gimbal:
        return self.host.look

    @property
    def battery(self) -> Battery:
        return self.body.battery

    def step(self) -> list[Any]:
        """Advance by one clock step; the messages the vehicle sends at this instant."""
        now_s = self.clock.boot_s
        of = self._instruments
        body = self.body
        if self.parameters.revision != self._parameter_revision:
            self._parameter_revision = self.parameters.revision
            body.heed_parameters(self._parameter_value, now_s)
        self._heed_fence()
        body.step(self.autopilot.update(body.readings, body.battery, now_s), now_s, STEP_S)
        self._swap_battery(now_s)
        of.readings, of.battery = body.readings, body.battery
        self._notices.extend(self.autopilot.take_notices())
        notices, self._notices[:] = self._notices.copy(), []
        out = [wire for notice in notices for wire in self._router.on_notice(notice, now_s)]
        out.extend(self._router.on_time(now_s))
        return out

    def on_message(self, wire: Any) -> list[Any]:
        """Replies to one message from a station: whatever the service that handles it says. An unbelieved one gets silence."""
        if not self.signing.believes(wire):
            return []
        return self._router.on_message(wire, self.clock.boot_s)

    def fill_battery(self, share: float) -> None:
        """A charger on the ground puts this share of a full battery into it; from then on nobody changes batteries by hand."""
        self._has_charger = True
        charge = min(1.0, self.battery.charge + share)
        if self.battery.charge < BATTERY_SWAP_BELOW <= charge:
            self.autopilot.battery_replaced()
        self.body.battery = replace(self.body.battery, charge=charge)

    def _swap_battery(self, now_s: float) -> None:
        if self.autopilot.armed or not self.truth.on_ground:
            self._landed_at_s = now_s
        elif not self._has_charger and self.battery.charge < BATTERY_SWAP_BELOW and now_s - self._landed_at_s >= BATTERY_SWAP_AFTER_S:
            self.body.battery = Battery(offset_v=self.battery.offset_v)
            self.autopilot.battery_replaced()

    def _heed_fence(self) -> None:
        if self.plans.fence.revision != self._fence_revision:
            self._fence_revision = self.plans.fence.revision
            self.autopilot.fence = fence_of(self.plans.fence.items, self.places)
            self.parameters.force_known("FENCE_TOTAL", len(self.plans.fence))

    def _parameter_value(self, name: str) -> float | None:
        known = name in self.parameters
        return self.parameters[name] if known else None

    def _say(self, text: str, severity: int) -> None:
        self._notices.append(Text(text, severity))
