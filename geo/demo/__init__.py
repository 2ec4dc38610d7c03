"""The demo region: Mangystau on the Caspian, believable in size and right in place."""

from geo.demo.live_sources import DRONE_SOURCE_ID, GATE_SOURCE_ID
from geo.demo.load import load_demo

__all__ = ["DRONE_SOURCE_ID", "GATE_SOURCE_ID", "load_demo"]
