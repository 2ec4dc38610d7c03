"""What planning gives: the plan with its numbers, or the findings that say why there is none."""

from dataclasses import dataclass, fields
from typing import Any

from geo.primitives import LocalFrame, LonLat
from missions.airspace.certificate import Certificate
from missions.findings import Finding
from missions.plan import MissionPlan
from missions.planning.flight import PhotoPose, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStatistics:
    """Numbers of one flight. Distance, time and energy include the way from and to home when home is known.

    `gsd_cm`, `covered_share` and `area_m2` are None for patterns they do not apply to. From `least_agl_m` on: over the ground of the
    elevation model, None without one. `least_agl_m` is proven along every leg, `gsd_coarser_share` of the area is coarser than wished.
    With several sorties distance, time and energy are their sums. `data_bytes` is what the photos will fill, `overlapping_share` the part
    of the area in three photos or more.
    """

    distance_m: float
    duration_s: float
    photos: int
    speed_mps: float
    altitude_m: float
    energy_wh: float
    batteries: float
    in_zones_m: float
    area_m2: float | None = None
    gsd_cm: float | None = None
    covered_share: float | None = None
    least_agl_m: float | None = None
    gsd_min_cm: float | None = None
    gsd_median_cm: float | None = None
    gsd_max_cm: float | None = None
    gsd_coarser_share: float | None = None
    front_overlap_min: float | None = None
    side_overlap_min: float | None = None
    data_bytes: int | None = None
    overlapping_share: float | None = None
    sorties: int = 1
    largest_sortie_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Photo:
    """Altitude above home; pitch from the horizon, heading from north; `chainage_m` along the axis of a corridor."""

    position: LonLat
    altitude_m: float
    pitch_deg: float
    heading_deg: float
    chainage_m: float | None = None


@dataclass(frozen=True, slots=True)
class Sortie:
    """One flight of a plan that is more than one: `vehicle` counted from 0, `start` where its first photo is taken, `resume` where the next
    flight of the same vehicle goes on."""

    plan: MissionPlan
    vehicle: int
    name: str
    distance_m: float
    duration_s: float
    energy_wh: float
    batteries: float
    photos: int
    data_bytes: int
    start: LonLat
    resume: LonLat | None
    path: tuple[LonLat, ...]
    certificate: Certificate | None = None

    def numbers(self) -> dict[str, Any]:
        """Members of `PlanStatistics` as they are for this flight alone."""
        return {
            "distance_m": self.distance_m,
            "duration_s": self.duration_s,
            "energy_wh": self.energy_wh,
            "batteries": self.batteries,
            "photos": self.photos,
            "data_bytes": self.data_bytes,
            "sorties": 1,
            "largest_sortie_s": self.duration_s,
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "vehicle": self.vehicle,
            "distance_m": self.distance_m,
            "duration_s": self.duration_s,
            "energy_wh": self.energy_wh,
            "photos": self.photos,
            "start": list(self.start.as_tuple()),
            "resume": None if self.resume is None else list(self.resume.as_tuple()),
            "path": _feature("LineString", self.path, {}),
        }


@dataclass(frozen=True, slots=True)
class PlanResult:
    """`plan` and `statistics` are None when a finding is an error. `path` begins and ends at home when home is known.

    `sorties` is empty for a plan of one flight; else `plan` is that of the first, and `path` leads through all of them.
    """

    plan: MissionPlan | None
    statistics: PlanStatistics | None
    findings: tuple[Finding, ...]
    path: tuple[LonLat, ...] = ()
    photos: tuple[Photo, ...] = ()
    sorties: tuple[Sortie, ...] = ()
    certificate: Certificate | None = None

    def to_json(self) -> dict[str, Any]:
        """The preview object of the HTTP interface. The poses of the photos are lists beside their places."""
        poses: dict[str, Any] = {
            "altitudes_m": [round(photo.altitude_m, 2) for photo in self.photos],
            "pitches_deg": [round(photo.pitch_deg, 1) for photo in self.photos],
            "headings_deg": [round(photo.heading_deg, 1) for photo in self.photos],
        }
        if any(photo.chainage_m is not None for photo in self.photos):
            poses["chainages_m"] = [None if photo.chainage_m is None else round(photo.chainage_m, 2) for photo in self.photos]
        return {
            "path": _feature("LineString", self.path, {}),
            "photos": _feature("MultiPoint", tuple(photo.position for photo in self.photos), poses),
            "statistics": None if self.statistics is None else self.statistics.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
            "sorties": [sortie.to_json() for sortie in self.sorties],
        }


def places(frame: LocalFrame, points_m: Points) -> tuple[LonLat, ...]:
    """(n, 2 or 3) metres as places, rounded to 1e-7 degrees, the step of the wire."""
    return tuple(LonLat(round(float(lon), 7), round(float(lat), 7)) for lon, lat in frame.to_lonlat_deg(points_m[:, :2]))


def photos_at(frame: LocalFrame, poses: tuple[PhotoPose, ...]) -> tuple[Photo, ...]:
    if not poses:
        return ()
    lonlat = frame.to_lonlat_deg([pose.place[:2] for pose in poses])
    return tuple(
        Photo(LonLat(round(float(lon), 7), round(float(lat), 7)), pose.place[2], pose.pitch_deg, pose.heading_deg, pose.chainage_m)
        for (lon, lat), pose in zip(lonlat, poses, strict=True)
    )


def _feature(kind: str, positions: tuple[LonLat, ...], properties: dict[str, Any]) -> dict[str, Any]:
    coordinates = [list(position.as_tuple()) for position in positions]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
