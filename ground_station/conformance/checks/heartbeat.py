"""HEARTBEAT, identities and capabilities. Source: MAVLink guide, "Heartbeat/Connection Protocol"."""

from itertools import pairwise

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Deviates, NotSupported, check, require
from ground_station.conformance.dialect import mavlink, name_of

PAGE = "services/heartbeat.html"
BEATS_HEARD_S = 5.0
# Types of parts that are no vehicle: these say MAV_AUTOPILOT_INVALID.
_PARTS = (mavlink.MAV_TYPE_CAMERA, mavlink.MAV_TYPE_GIMBAL, mavlink.MAV_TYPE_GCS, mavlink.MAV_TYPE_ADSB, mavlink.MAV_TYPE_ODID)


@check("heartbeat.rate", "HEARTBEAT comes once a second", f"{PAGE}#heartbeat-broadcast-frequency")
async def rate(bench: Bench) -> str:
    _, times_s = await bench.collect("HEARTBEAT", BEATS_HEARD_S)
    require(len(times_s) >= 3, f"{len(times_s)} heartbeats in {BEATS_HEARD_S:g} s")
    gaps_s = [bench.vehicle_s(later - earlier) for earlier, later in pairwise(times_s)]
    mean_s = sum(gaps_s) / len(gaps_s)
    require(0.7 <= mean_s <= 1.3, f"one each {mean_s:.2f} s")
    return f"each {mean_s:.2f} s (longest gap {max(gaps_s):.2f} s)"


@check("heartbeat.fields", "HEARTBEAT names type, autopilot, mode and state", f"{PAGE}#component-identity")
async def fields(bench: Bench) -> str:
    beat = bench.heartbeat
    require(beat.mavlink_version == 3, f"mavlink_version {beat.mavlink_version}, not 3")
    require(beat.type in mavlink.enums["MAV_TYPE"] and beat.type not in _PARTS, f"type {beat.type} is no vehicle")
    require(beat.system_status in mavlink.enums["MAV_STATE"], f"system_status {beat.system_status}")
    require(beat.base_mode & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, "base_mode does not say that custom_mode is used")
    return f"type {name_of('MAV_TYPE', beat.type)}, state {name_of('MAV_STATE', beat.system_status)}"


@check(
    "heartbeat.ids", "The vehicle's ids are a vehicle's: counted from 1 up, autopilot component 1", "services/mavlink_id_assignment.html"
)
async def ids(bench: Bench) -> str:
    require(bench.component_id == mavlink.MAV_COMP_ID_AUTOPILOT1, f"the autopilot speaks as component {bench.component_id}")
    require(bench.system_id < 240, f"system id {bench.system_id} is in the ground stations' range")
    return f"system {bench.system_id}, component {bench.component_id}"


@check("heartbeat.one_speaker", "One speaker uses the ids: its sequence numbers count up by one", "guide/packet_loss.html")
async def one_speaker(bench: Bench) -> str:
    with bench.listening() as ear:
        await ear.hear_or_none("nothing", within_s=2.0)
        numbers = [message.get_seq() for _, message in ear.heard if bench.from_autopilot(message)]
    require(len(numbers) >= 2, f"{len(numbers)} messages in 2 s")
    jumps = [(earlier, later) for earlier, later in pairwise(numbers) if (later - earlier) % 256 != 1]
    backwards = [jump for jump in jumps if (jump[1] - jump[0]) % 256 > 128]
    require(len(backwards) <= 1, f"{len(backwards)} jumps backwards in {len(numbers)} messages: two speakers with one id")
    require(len(jumps) <= len(numbers) // 10, f"{len(jumps)} gaps in {len(numbers)} messages")
    return f"{len(numbers)} messages, {len(jumps)} gaps"


@check("heartbeat.components", "Every other part of the vehicle beats for itself and says it is no autopilot", f"{PAGE}#component-identity")
async def components(bench: Bench) -> str:
    with bench.listening() as ear:
        await ear.hear_or_none("nothing", within_s=bench.wall_s(2.5))
        speaking = {message.get_srcComponent() for _, message in ear.heard} - {bench.component_id}
    if not speaking:
        raise NotSupported("only the autopilot speaks")
    without = speaking - {component for _, component in bench.ether.seen}
    require(not without, f"components {sorted(without)} speak without a heartbeat")
    for component in sorted(speaking):
        beat = bench.ether.seen[bench.system_id, component]
        require(beat.autopilot == mavlink.MAV_AUTOPILOT_INVALID, f"component {component} says autopilot {beat.autopilot}")
    return ", ".join(
        f"{component} {name_of('MAV_TYPE', bench.ether.seen[bench.system_id, component].type)}" for component in sorted(speaking)
    )


@check("heartbeat.capabilities", "AUTOPILOT_VERSION is given when asked for, and names MAVLink 2", f"{PAGE}#component-capabilities")
async def capabilities(bench: Bench) -> str:
    bits = await bench.capabilities()
    require(bits & mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2, f"capabilities {bits:#x} are without MAVLINK2")
    names = [
        str(entry.name).removeprefix("MAV_PROTOCOL_CAPABILITY_")
        for value, entry in mavlink.enums["MAV_PROTOCOL_CAPABILITY"].items()
        if value & bits and value.bit_count() == 1
    ]
    return f"{len(names)} capabilities: {', '.join(names)}"


@check(
    "heartbeat.capability_mission_int",
    "The capability bits are true: COMMAND_INT and MISSION_INT are announced",
    f"{PAGE}#component-capabilities",
)
async def mission_int(bench: Bench) -> str:
    bits = await bench.capabilities()
    wanted = mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT | mavlink.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
    if bits & wanted != wanted:
        raise Deviates(f"capabilities {bits:#x}")
    return "both"
