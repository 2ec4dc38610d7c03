"""Options shared by the commands that work straight on a MAVLink link. Light, so that `--help` is instant."""

from typing import Annotated

import typer

LinkOption = Annotated[
    str,
    typer.Option(
        "--link", help="MAVLink link: udpin:0.0.0.0:14550, udpout:HOST:PORT, tcp:HOST:PORT, tcpin:HOST:PORT or serial:/dev/ttyX:57600."
    ),
]
VehicleOption = Annotated[str | None, typer.Option("--vehicle", help="System id or mav-<system id>; may be left out when there is one.")]
WaitOption = Annotated[float, typer.Option("--wait-s", min=0.1, help="How long to wait for the vehicle to be heard, in seconds.")]
AltitudeOption = Annotated[float, typer.Option("--altitude-m", min=0.5, help="Metres above home.")]
WAIT_S = 10.0
