"""One module a process; each has `async def run(settings: Settings) -> None`, which runs until cancelled."""

PROCESSES = ("api", "station", "watch", "store", "video", "record", "sim")

__all__ = ["PROCESSES"]
