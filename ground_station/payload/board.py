"""All that one vehicle carries, by component: where each message belongs, and the whole as one state."""

from collections.abc import Iterable
from typing import TypeVar

from geo.primitives import VehicleError, utc_now
from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.payload import cameras, feedback, gimbals
from ground_station.payload.cameras import Camera, Photo
from ground_station.payload.feedback import WiredCamera
from ground_station.payload.gimbals import Gimbal
from ground_station.payload.messages import PayloadState
from ground_station.payload.terrain_news import TerrainNews

Thing = TypeVar("Thing")

KINDS = cameras.KINDS | gimbals.KINDS | {feedback.KIND, "HEARTBEAT"}
# A camera wired to a PX4 says nothing of itself but each photograph.
_INTRODUCES = frozenset({"CAMERA_INFORMATION", "CAMERA_IMAGE_CAPTURED"})


class PayloadBoard:
    """Cameras by component id, gimbals by device id. `revision` grows when something shown may have changed."""

    def __init__(self) -> None:
        self.cameras: dict[int, Camera] = {}
        self.gimbals: dict[int, Gimbal] = {}
        self.terrain = TerrainNews()
        self.revision = 0
        self._photo_number = 0
        self._wired = WiredCamera()

    def next_photo_number(self) -> int:
        """Tells a camera two photographs asked for from one asked for twice."""
        self._photo_number += 1
        return self._photo_number

    def on_message(self, m: WireMessage, now_s: float, vehicle_heading_deg: float | None) -> list[Photo]:
        """The photographs told of for the first time; most often none or one."""
        kind, component = m.get_type(), m.get_srcComponent()
        if kind == "HEARTBEAT":
            if m.type == mavlink.MAV_TYPE_CAMERA:
                self._camera(component).heard_s = now_s
            return []
        if kind == feedback.KIND:
            return self._wired.on_feedback(m, another_may_tell=self._another_may_tell(component, now_s))
        if kind in gimbals.KINDS:
            if kind == gimbals.OLD_ATTITUDE and any(gimbal.manager is not None for gimbal in self.gimbals.values()):
                return []  # the same gimbal, told of once more in the old way
            device = gimbals.device_id_of(m)
            self.revision += 1
            self.gimbals.setdefault(device, Gimbal(device)).on_message(m, now_s, vehicle_heading_deg)
            return []
        if kind not in cameras.KINDS or (component not in self.cameras and kind not in _INTRODUCES):
            return []
        self.revision += 1
        photo = self._camera(component).on_message(m)
        if photo is None:
            return []
        self._wired.another_told()
        return [photo]

    def _another_may_tell(self, autopilot: int, now_s: float) -> bool:
        """An autopilot speaks for cameras on its own wires too, but of their photographs only by feedback."""
        return any(
            camera.online(now_s) and (not camera.known or "photo" in camera.abilities)
            for component, camera in self.cameras.items()
            if component != autopilot or camera.has_told
        )

    def _camera(self, component: int) -> Camera:
        return self.cameras.setdefault(component, Camera(component))

    def undiscovered(self, now_s: float) -> list[Camera]:
        """Cameras that are heard and have not said yet what they are."""
        return [camera for camera in self.cameras.values() if not camera.known and camera.online(now_s)]

    def camera(self, component: int | None, vehicle_id: str) -> Camera:
        """The named camera, or the only one. Raises: `VehicleError` when it is not there or none is named of several."""
        return _chosen("camera", {key: one for key, one in self.cameras.items() if one.known}, component, vehicle_id)

    def gimbal(self, device: int | None, vehicle_id: str) -> Gimbal:
        """The named gimbal, or the only one with a manager. Raises: as `camera`."""
        return _chosen("gimbal", {key: one for key, one in self.gimbals.items() if one.manager is not None}, device, vehicle_id)

    def state(self, vehicle_id: str, own: Address, now_s: float) -> PayloadState:
        return PayloadState(
            vehicle_id=vehicle_id,
            at=utc_now(),
            cameras=[self.cameras[key].state(now_s) for key in sorted(self.cameras) if self.cameras[key].known],
            gimbals=[self.gimbals[key].state(own) for key in sorted(self.gimbals)],
            terrain=self.terrain.state(now_s),
        )


def _chosen(what: str, there: dict[int, Thing], wanted: int | None, vehicle_id: str) -> Thing:
    if wanted is None and len(there) == 1:
        return next(iter(there.values()))
    if wanted in there:
        return there[wanted]
    names = _listed(there)
    if wanted is None and there:
        raise VehicleError(f"{vehicle_id} has several: {what} {names}.", code=f"{what}.ambiguous", hint=f"Name one as `{what}`.")
    named = "" if wanted is None else f" {wanted}"
    raise VehicleError(
        f"{vehicle_id} has told of no {what}{named}; known: {names}.", code=f"{what}.unknown", hint="Check its power and its cable."
    )


def _listed(there: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(there))) or "none"
