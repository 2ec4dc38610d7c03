"""Missions to a vehicle and back. An upload counts only when the vehicle, asked for its mission, gives back the same meaning."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from uuid import UUID

from geo.primitives import LonLat, VehicleError
from ground_station.control.progress import endless_end
from ground_station.mavlink import MissionDownload, TransferOutcome, TransferResult, VerifiedUpload, WireItem
from ground_station.vehicles import MissionPause, UploadedMission, Vehicle
from ground_station.vehicles.autopilots import Autopilot
from missions import MissionItem

READ_BACK_ATTEMPTS = 3  # asking again is harmless
_UNCERTAIN = "What is on board now is not certain: upload again before flying."


async def upload_mission(
    vehicle: Vehicle, items: Sequence[MissionItem], mission_id: UUID | None = None, go_on: Callable[[], None] = lambda: None
) -> AsyncGenerator[float]:
    """Replace the mission on board and read it back, yielding the share done. Reaching the end means: on board, and equal.

    `go_on` is called after each step; when it raises, the vehicle is told that the transfer is cancelled.

    Raises: `VehicleError` when its autopilot has no command for an item (nothing is sent then), and when the vehicle refuses, falls
    silent, or holds something else afterwards.
    """
    estimate = vehicle.estimate
    if not_flown := estimate.autopilot.not_flown(items):
        others = f", and {len(not_flown) - 1} more" if len(not_flown) > 1 else ""
        raise VehicleError(
            f"{vehicle.vehicle_id} cannot fly this mission: {not_flown[0]}{others}.",
            code="mission.not_flown",
            hint="Change these items, or give the mission to a vehicle that has them. What was on board is still there.",
        )
    autopilot, wire = estimate.autopilot, estimate.autopilot.to_wire(items, estimate.home, estimate.home_amsl_m or 0.0)
    async with vehicle.transfer_lock:
        vehicle.uploaded = None
        upload = VerifiedUpload(wire, vehicle.address, vehicle.own, lambda sent, stored: first_difference(autopilot, sent, stored))
        async with aclosing(vehicle.conversing(upload)) as steps:
            async for _ in steps:
                try:
                    go_on()
                except VehicleError:
                    vehicle.send(upload.cancel())
                    raise
                yield upload.progress
        outcome = upload.outcome
        assert outcome is not None
        if outcome.result is TransferResult.DIFFERENT:
            raise VehicleError(
                f"{vehicle.vehicle_id} holds another mission than was sent: {outcome.detail}.", code="mission.differs", hint=_UNCERTAIN
            )
        if outcome.result is not TransferResult.ACCEPTED:
            raise VehicleError(
                f"Upload of {len(items)} items to {vehicle.vehicle_id} failed: {outcome.detail}.",
                code=f"mission.{outcome.result}",
                hint=_UNCERTAIN,
            )
        vehicle.estimate.on_new_mission(len(items))
        vehicle.uploaded = UploadedMission(mission_id, len(items), endless_end(items, vehicle.estimate), tuple(items))
        vehicle.pause = MissionPause()
    yield 1.0


async def download_mission(vehicle: Vehicle) -> tuple[list[MissionItem], LonLat | None]:
    """The mission on board, and home where the autopilot keeps it as an item.

    Raises: `VehicleError` when the vehicle refuses or falls silent.
    """
    autopilot = vehicle.estimate.autopilot
    async with vehicle.transfer_lock:
        outcome = await _read(vehicle)
    return autopilot.from_wire(outcome.items), autopilot.home_of(outcome.items)


async def _read(vehicle: Vehicle) -> TransferOutcome:
    for _ in range(READ_BACK_ATTEMPTS):
        outcome = await vehicle.converse(MissionDownload(vehicle.address, vehicle.own))
        if outcome.result is TransferResult.ACCEPTED:
            return outcome
    raise VehicleError(
        f"The mission of {vehicle.vehicle_id} could not be read: {outcome.detail}.", code=f"mission.{outcome.result}", hint=_UNCERTAIN
    )


def first_difference(autopilot: Autopilot, sent: Sequence[WireItem], stored: Sequence[WireItem]) -> str | None:
    """Where a stored mission means something else than the one sent, in words; None when they mean the same."""
    if len(sent) != len(stored):
        extra = 1 if autopilot.has_home_item else 0
        return f"{max(0, len(stored) - extra)} items instead of {len(sent) - extra}"
    first = 1 if autopilot.has_home_item else 0  # the autopilot writes its own home over item 0
    for here, there in zip(sent[first:], stored[first:], strict=True):
        difference = autopilot.difference(here, there)
        if difference is not None:
            return f"item {autopilot.item_number(here.seq)} has {difference}"
    return None
