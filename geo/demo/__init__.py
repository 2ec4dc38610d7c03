"""The demo region: Mangystau on the Caspian, believable in size and right in place."""

from geo.demo.load import load_demo

__all__ = ["load_demo"]
