"""The MAVLink protocols as classes that take messages and give messages. No sockets, no clocks, no tasks in here."""

from ground_station.mavlink.codec import LossCount, MavlinkCodec
from ground_station.mavlink.commands import CommandExchange, CommandOutcome
from ground_station.mavlink.decoding import decode_frame
from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.download import MissionDownload
from ground_station.mavlink.exchange import Address, Exchange
from ground_station.mavlink.framing import Frame, FrameCounts, FrameSplitter
from ground_station.mavlink.heartbeat import HeartbeatMonitor, is_alive_sign, is_vehicle_heartbeat, station_heartbeat
from ground_station.mavlink.items import WireItem
from ground_station.mavlink.transfers import MissionUpload, TransferOutcome, TransferResult
from ground_station.mavlink.verified_upload import VerifiedUpload

__all__ = [
    "Address",
    "CommandExchange",
    "CommandOutcome",
    "Exchange",
    "Frame",
    "FrameCounts",
    "FrameSplitter",
    "HeartbeatMonitor",
    "LossCount",
    "MavlinkCodec",
    "MissionDownload",
    "MissionUpload",
    "TransferOutcome",
    "TransferResult",
    "VerifiedUpload",
    "WireItem",
    "WireMessage",
    "decode_frame",
    "is_alive_sign",
    "is_vehicle_heartbeat",
    "mavlink",
    "station_heartbeat",
]
