"""What goes wrong with docks."""

from geo.primitives import SunqarError


class DockError(SunqarError):
    code = "dock"
    hint = "Look at the dock; its state tells what is wrong."
