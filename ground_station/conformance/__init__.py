"""The conformance suite: an executable checklist of MAVLink microservices, pointed at any vehicle on any link.

It is a speaker of its own: raw frames over the links, none of the station's protocol classes, so that one mistake cannot sit on
both ends of a link, and so that it can say wrong things on purpose.
"""

from ground_station.conformance.check import CATALOGUE, Check, Needs, Profile, Result, Verdict
from ground_station.conformance.run import Allowed, examine
from ground_station.conformance.select import load_catalogue, selected

__all__ = ["CATALOGUE", "Allowed", "Check", "Needs", "Profile", "Result", "Verdict", "examine", "load_catalogue", "selected"]
