"""Corrections for satellite positioning: from an NTRIP caster, checked frame by frame, to the vehicles."""

from ground_station.rtk.address import CasterAddress, parse_caster
from ground_station.rtk.injection import Corrections
from ground_station.rtk.messages import RtkStatus

__all__ = ["CasterAddress", "Corrections", "RtkStatus", "parse_caster"]
