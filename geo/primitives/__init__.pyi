"""The face of `geo.primitives`: each name is loaded from its module when it is first asked for."""

from .accuracy import ErrorEllipse as ErrorEllipse, error_ellipse as error_ellipse, radius_95_m as radius_95_m
from .altitude import Altitude as Altitude, AltitudeReference as AltitudeReference
from .camera import (
    CameraIntrinsics as CameraIntrinsics,
    CameraPose as CameraPose,
    camera_to_enu as camera_to_enu,
    carried_deg as carried_deg,
    heading_pitch_roll_deg as heading_pitch_roll_deg,
)
from .errors import (
    AccessError as AccessError,
    GeoError as GeoError,
    LinkError as LinkError,
    MissionError as MissionError,
    SettingsError as SettingsError,
    SunqarError as SunqarError,
    VehicleError as VehicleError,
    VisionError as VisionError,
)
from .ids import derived_id as derived_id, new_id as new_id
from .klv import (
    KLV_UNIVERSAL_KEY as KLV_UNIVERSAL_KEY,
    klv_set_end as klv_set_end,
    packed_klv as packed_klv,
    parsed_klv as parsed_klv,
)
from .local_frame import LocalFrame as LocalFrame, bearing_deg as bearing_deg, distance_m as distance_m
from .place import LonLat as LonLat, Place as Place
from .time import from_unix_s as from_unix_s, parse_instant as parse_instant, utc_now as utc_now
