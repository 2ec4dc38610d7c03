"""Remote identification. Source: MAVLink guide, "Open Drone ID"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import NotSupported, check, require
from ground_station.conformance.dialect import mavlink

PAGE = "services/opendroneid.html"


@check("odid.arm_status", "OPEN_DRONE_ID_ARM_STATUS tells whether arming is allowed", f"{PAGE}#messages")
async def arm_status(bench: Bench) -> str:
    with bench.listening() as ear:
        message = await ear.hear_or_none("OPEN_DRONE_ID_ARM_STATUS", within_s=bench.wall_s(3.0) + 0.5)
    if message is None:
        raise NotSupported("no remote identification on board")
    require(message.status in mavlink.enums["MAV_ODID_ARM_STATUS"], f"status {message.status}")
    return "good to arm" if message.status == 0 else "arming is blocked"


@check("odid.location", "OPEN_DRONE_ID_LOCATION comes at least once a second", f"{PAGE}#update_rates")
async def location(bench: Bench) -> str:
    with bench.listening() as ear:
        await ear.hear_or_none("nothing", within_s=bench.wall_s(4.0))
        messages = ear.all("OPEN_DRONE_ID_LOCATION")
    if not messages:
        raise NotSupported("OPEN_DRONE_ID_LOCATION does not come")
    require(len(messages) >= 4, f"{len(messages)} in 4 s")
    return f"{len(messages)} in 4 s"
