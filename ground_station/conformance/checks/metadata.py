"""Component metadata. Source: MAVLink guide, "Component Metadata Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import check, require

COMPONENT_METADATA = 397


@check("metadata.uri", "COMPONENT_METADATA tells where the general metadata file is, and its checksum", "services/component_metadata.html")
async def uri(bench: Bench) -> str:
    message = await bench.request(COMPONENT_METADATA, "COMPONENT_METADATA")
    address = bytes(message.uri).rstrip(b"\0").decode("ascii", "replace")
    require(address.startswith(("mftp:", "http:", "https:")), f"uri '{address}'")
    return f"{address}, crc {message.file_crc:#010x}"
