"""`python -m tests`: every test, in two halves side by side.

The whole program and its flights mostly wait for real time, what is tested piece by piece mostly computes: together they take about as
long as the longer half. With arguments, or on one core, they are one ordinary pytest run: `python -m tests -k tiles`.
"""

import os
import signal
import subprocess
import sys
from tempfile import TemporaryFile
from typing import Any

MARKED = ("-m", "not soak and not gpu")
PIECES = ("tests/unit", "tests/property", "tests/contract")
WHOLE = ("tests/integration", "tests/e2e")


def main(arguments: list[str]) -> int:
    if arguments or (os.cpu_count() or 1) < 2:
        return _pytest(*MARKED, *arguments).wait()
    with TemporaryFile() as said:
        pieces = _pytest(*MARKED, *PIECES, stdout=said, stderr=subprocess.STDOUT)
        whole = _pytest(*MARKED, *WHOLE)
        halves = (whole, pieces)

        def stop(*_: object) -> None:
            """As Ctrl-C does, which reaches both by itself: pytest then still ends what its fixtures have started."""
            for half in halves:
                half.send_signal(signal.SIGINT)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGHUP, stop)
        signal.signal(signal.SIGINT, lambda *_: None)
        statuses = [half.wait() for half in halves]
        said.seek(0)
        sys.stdout.write(f"\n==> {', '.join(PIECES)}\n")
        sys.stdout.flush()
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
        return max(statuses)


def _pytest(*arguments: str, **streams: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "pytest", *arguments], **streams)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
