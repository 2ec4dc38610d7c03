"""One module a process; each has `async def run(settings: Settings) -> None`, which runs until cancelled."""
