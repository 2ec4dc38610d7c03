"""Files: listing and reading. Source: MAVLink guide, "File Transfer Protocol"."""

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import NotSupported, Skipped, check, require
from ground_station.conformance.ftp import (
    BURST,
    DATA_BYTES,
    EOF,
    FOLDERS,
    NAK,
    READ,
    READ_AT_MOST,
    TERMINATE,
    UNKNOWN_COMMAND,
    do,
    listed,
    opened_file,
    operation,
    read_piecewise,
    reply_of,
    sequences,
)

PAGE = "services/ftp.html"


@check("ftp.list", "A folder is listed, and its end is a NAK with EOF", f"{PAGE}#list_directory")
async def listing(bench: Bench) -> str:
    for folder in FOLDERS:
        entries = await listed(bench, folder)
        if entries:
            bad = [entry for entry in entries if entry[:1] not in "DFS"]
            require(not bad, f"entries {bad[:3]}")
            return f"{folder}: {len(entries)} entries"
    raise Skipped("no folder with entries was found")


@check("ftp.read", "A file is opened with its size and read piece by piece", f"{PAGE}#reading-a-file-readfile")
async def read_file(bench: Bench) -> str:
    path, session, size = await opened_file(bench)
    content = await read_piecewise(bench, session, min(size, READ_AT_MOST))
    await do(bench, TERMINATE, session=session)
    require(len(content) == min(size, READ_AT_MOST), f"{len(content)} bytes of {size}")
    return f"{path}: {len(content)} of {size} bytes"


@check("ftp.eof", "Reading past the end is a NAK with EOF", f"{PAGE}#error_codes")
async def eof(bench: Bench) -> str:
    _, session, size = await opened_file(bench)
    reply = await do(bench, READ, session=session, offset=size + 1000, size=DATA_BYTES)
    await do(bench, TERMINATE, session=session)
    require(reply.op == NAK and reply.error == EOF, f"operation {reply.op}, error {reply.error}")
    return "NAK EOF"


@check("ftp.burst", "A burst brings the same bytes as reading, and says when it is complete", f"{PAGE}#reading-a-file-burstreadfile")
async def burst(bench: Bench) -> str:
    path, session, size = await opened_file(bench)
    wanted = min(size, READ_AT_MOST)
    reference = await read_piecewise(bench, session, wanted)
    pieces: dict[int, bytes] = {}
    with bench.listening() as ear:
        bench.ours.say(operation(bench, next(sequences), BURST, session, 0, b"", DATA_BYTES))
        while True:
            heard = await ear.hear_or_none(
                "FILE_TRANSFER_PROTOCOL", within_s=ANSWER_S, where=lambda m: bench.to_us(m) and reply_of(m).asked_op == BURST
            )
            if heard is None:
                break
            reply = reply_of(heard)
            if reply.op == NAK:
                require(reply.error in (EOF, UNKNOWN_COMMAND), f"NAK {reply.error}")
                if reply.error == UNKNOWN_COMMAND:
                    raise NotSupported("BurstReadFile is unknown")
                break
            pieces[reply.offset] = reply.data
            if reply.complete or reply.offset + len(reply.data) >= wanted:
                break
    await do(bench, TERMINATE, session=session)
    require(pieces, "the burst brought nothing")
    wrong = [offset for offset, data in pieces.items() if reference[offset : offset + len(data)] != data[: max(0, wanted - offset)]]
    require(not wrong, f"{path}: other bytes at {wrong[:3]}")
    return f"{path}: {len(pieces)} pieces, {sum(map(len, pieces.values()))} bytes equal"
