"""The tree of errors every room raises.

    SunqarError
    ├── GeoError       places, layers, the database
    ├── LinkError      bytes to and from a vehicle
    ├── VehicleError   what a vehicle refused or failed to do
    ├── MissionError   plans, formats, planning
    ├── VisionError    sources, models, geometry of pictures
    ├── SettingsError  configuration and the machine the program runs on
    └── AccessError    who may do what

A message states what, where and the value; `hint` states the way out. `code` is stable: clients and tests match on it.
"""


class SunqarError(Exception):
    """Root of all errors a user may see. `code` and `hint` have class defaults and may be given per instance."""

    code: str = "error"
    hint: str = "See the log of the process for details."

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint
        if code is not None:
            self.code = code

    @property
    def message(self) -> str:
        return str(self.args[0])

    def one_line(self) -> str:
        """The message and the way out in one line, as the command line prints it."""
        return f"{self.message} {self.hint}".replace("\n", " ").strip()


class GeoError(SunqarError):
    code = "geo"
    hint = "Check the geometry or the layer named."


class LinkError(SunqarError):
    code = "link"
    hint = "Check the link address and that the vehicle is powered and connected."


class VehicleError(SunqarError):
    code = "vehicle"
    hint = "Read the vehicle's own message and try again."


class MissionError(SunqarError):
    code = "mission"
    hint = "Check the plan named."


class VisionError(SunqarError):
    code = "vision"
    hint = "Check the video source and the model."


class SettingsError(SunqarError):
    code = "settings"
    hint = "Run `sunqar doctor` to see what is missing."


class AccessError(SunqarError):
    code = "access"
    hint = "Sign in with an account that holds the role needed."
