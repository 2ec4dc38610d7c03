"""Files: sessions, repeated requests, and what is refused. Source: MAVLink guide, "File Transfer Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Deviates, NotSupported, check, require
from ground_station.conformance.ftp import (
    ACK,
    INVALID_SESSION,
    NAK,
    NO_SUCH_OP,
    OPEN_RO,
    READ,
    RESET,
    TERMINATE,
    UNKNOWN_COMMAND,
    do,
    opened_file,
    operation,
    read_piecewise,
    reply_of,
    sequences,
)

PAGE = "services/ftp.html"


@check("ftp.repeated", "A repeated sequence number gets the same reply again", f"{PAGE}#timeouts")
async def repeated(bench: Bench) -> str:
    _, session, _ = await opened_file(bench)
    number = next(sequences)
    first = await do(bench, READ, session=session, offset=0, size=20, sequence=number)
    again = await do(bench, READ, session=session, offset=0, size=20, sequence=number)
    await do(bench, TERMINATE, session=session)
    require(first == again, "the second reply differs")
    return f"{first.size} bytes, twice"


@check("ftp.repeated_open", "A repeated OpenFileRO opens no second session", f"{PAGE}#timeouts")
async def repeated_open(bench: Bench) -> str:
    path, session, _ = await opened_file(bench)
    await do(bench, TERMINATE, session=session)
    number = next(sequences)
    sessions = {(await do(bench, OPEN_RO, data=path.encode(), sequence=number)).session for _ in range(3)}
    await do(bench, RESET)
    require(len(sessions) == 1, f"sessions {sorted(sessions)}")
    return "said three times, one session"


@check("ftp.sessions", "Closed sessions can be used again", f"{PAGE}#opcodes")
async def sessions(bench: Bench) -> str:
    path, session, _ = await opened_file(bench)
    await do(bench, TERMINATE, session=session)
    for number in range(20):
        reply = await do(bench, OPEN_RO, data=path.encode())
        require(reply.op == ACK, f"opening number {number + 1}: NAK {reply.error}")
        await do(bench, TERMINATE, session=reply.session)
    return "opened and closed 20 times"


@check("ftp.reset", "ResetSessions closes every session", f"{PAGE}#opcodes")
async def reset(bench: Bench) -> str:
    _, session, _ = await opened_file(bench)
    require((await do(bench, RESET)).op == ACK, "ResetSessions was refused")
    reply = await do(bench, READ, session=session, offset=0, size=10)
    require(reply.op == NAK, "the session is still open")
    return f"reading then is NAK {reply.error}"


@check(
    "ftp.no_session",
    "Reading in a session that is not open is refused",
    f"{PAGE}#error_codes",
    ardupilot="says FileNotFound",
    px4="says InvalidSession or Fail",
)
async def no_session(bench: Bench) -> str:
    await do(bench, RESET)
    reply = await do(bench, READ, session=0, offset=0, size=10)
    require(reply.op == NAK, "it was answered with data")
    if reply.error != INVALID_SESSION:
        raise Deviates(f"NAK {reply.error}, not InvalidSession (4)")
    return "NAK InvalidSession (4)"


@check("ftp.not_found", "Opening a file that is not there is a NAK that says so", f"{PAGE}#error_codes")
async def not_found(bench: Bench) -> str:
    reply = await do(bench, OPEN_RO, data=b"/no/such/file.txt")
    require(reply.op == NAK, "it was opened")
    fits = reply.error == 10 or (reply.error == 2 and len(reply.data) == 2)
    require(fits, f"NAK {reply.error}")
    return "FileNotFound (10)" if reply.error == 10 else f"FailErrno, {reply.data[1]}"


@check("ftp.unknown_op", "An unknown operation is a NAK with UnknownCommand", f"{PAGE}#error_codes", ardupilot="says Fail")
async def unknown_op(bench: Bench) -> str:
    await do(bench, RESET)
    reply = await do(bench, NO_SUCH_OP)
    require(reply.op == NAK, "it was acknowledged")
    if reply.error != UNKNOWN_COMMAND:
        raise Deviates(f"NAK {reply.error}")
    return "NAK UnknownCommand (7)"


@check("ftp.two_stations", "Two stations read at the same time and each gets its own bytes", f"{PAGE}#opcodes")
async def two_stations(bench: Bench) -> str:
    path, session, size = await opened_file(bench)
    wanted = min(size, 60)
    mine = await read_piecewise(bench, session, wanted)
    question = operation(bench, 7001, OPEN_RO, 0, 0, path.encode(), None)
    answer = await bench.ask_or_none(
        question,
        "FILE_TRANSFER_PROTOCOL",
        where=lambda m: bench.to_us(m, bench.other) and reply_of(m).sequence == 7002,
        within_s=bench.silence_s,
        tries=2,
        speaker=bench.other,
    )
    if answer is None or reply_of(answer).op == NAK:
        await do(bench, RESET)
        raise NotSupported("one station at a time")
    again = await read_piecewise(bench, session, wanted)
    bench.other.say(operation(bench, 7003, TERMINATE, reply_of(answer).session, 0, b"", None))
    await do(bench, TERMINATE, session=session)
    require(mine == again, "the first station's session was disturbed")
    return f"{wanted} bytes, undisturbed"
