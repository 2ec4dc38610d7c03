"""What a person types while `sunqar mission run` follows a flight: each line is one command, sent once."""

import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import typer

from geo.primitives import SunqarError
from ground_station.cli.changed_plan import by_way_of, higher
from ground_station.messages import CommandName
from missions import MissionPlan

WORDS = "pause · resume · skip ITEM · speed MPS · higher METRES · lower METRES · via LAT LON METRES · reshoot LAT LON METRES · home · leave"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What may be done by a word. `change` puts a changed plan on board and goes on with its item."""

    send: Callable[[CommandName, dict[str, float]], Awaitable[None]]
    change: Callable[[MissionPlan, int], Awaitable[None]]
    aboard: Callable[[], tuple[MissionPlan, int]]  # the plan now on board, and the item it is flying
    leave: Callable[[], None]


async def obey(line: str, spoken: Spoken) -> None:
    """Carry out one line; what goes wrong is said, and the flight goes on."""
    try:
        await _do(line.split(), spoken)
    except SunqarError as error:
        typer.echo(error.one_line(), err=True)
    except (ValueError, IndexError):
        typer.echo(f"'{line.strip()}' is not understood: {WORDS}", err=True)


async def _do(words: list[str], spoken: Spoken) -> None:
    match words:
        case []:
            return
        case ["leave"]:
            spoken.leave()
        case ["pause"]:
            await spoken.send(CommandName.PAUSE_MISSION, {})
        case ["resume"]:
            await spoken.send(CommandName.RESUME_MISSION, {})
        case ["home"]:
            await spoken.send(CommandName.RTL, {})
        case ["skip", number]:
            await spoken.send(CommandName.SKIP_TO_ITEM, {"item": int(number)})
        case ["speed", speed]:
            await spoken.send(CommandName.CHANGE_SPEED, {"speed_mps": float(speed)})
        case ["higher" | "lower" as way, metres]:
            plan, item = spoken.aboard()
            await spoken.change(higher(plan, item, float(metres) if way == "higher" else -float(metres)), item)
        case ["via", lat, lon, metres]:
            plan, item = spoken.aboard()
            await spoken.change(by_way_of(plan, item, float(lat), float(lon), float(metres)), item)
        case ["reshoot", lat, lon, metres]:
            place = {"lat_deg": float(lat), "lon_deg": float(lon), "altitude_m": float(metres)}
            await spoken.send(CommandName.RESHOOT, place)
        case _:
            raise ValueError


@asynccontextmanager
async def typed_lines() -> AsyncIterator[Callable[[], AsyncIterator[str]]]:
    """Lines of stdin as they are typed; none after its end. Read by a thread that does not keep the program from ending."""
    send, receive = anyio.create_memory_object_stream[str](100)
    token = anyio.lowlevel.current_token()

    def read() -> None:
        try:
            for line in sys.stdin:
                anyio.from_thread.run_sync(send.send_nowait, line, token=token)
            anyio.from_thread.run_sync(send.close, token=token)
        except (RuntimeError, anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.WouldBlock, ValueError):
            return  # nobody listens any more

    async def lines() -> AsyncIterator[str]:
        async for line in receive:
            yield line

    threading.Thread(target=read, name="stdin", daemon=True).start()
    with send, receive:
        yield lines
