"""`make bench [ONLY=name]`: our way and a peer's, side by side in one run on the same work. Writes `.sunqar/bench.json`.

To add one: a module with `async def measure() -> Measurement`, and its line in `BENCHMARKS`.
"""

import importlib
import json
import sys
from pathlib import Path

import anyio

from tests.benchmarks.measurement import Measurement

BENCHMARKS = ("ingest", "coverage", "vision", "identities", "sources", "telemetry", "fanout", "recovery", "scenes")
RESULT = Path(__file__).resolve().parents[2] / ".sunqar" / "bench.json"


def main(only: list[str]) -> int:
    unknown = sorted(set(only) - set(BENCHMARKS))
    if unknown:
        sys.stderr.write(f"There is no benchmark '{unknown[0]}'. Choose from: {', '.join(BENCHMARKS)}.\n")
        return 1
    kept = {entry["name"]: entry for entry in json.loads(RESULT.read_text())} if RESULT.exists() else {}
    for name in only or BENCHMARKS:
        sys.stdout.write(f"{name} …\n")
        measured: Measurement = anyio.run(importlib.import_module(f"tests.benchmarks.{name}").measure)
        kept[name] = measured.as_json(name)
        sys.stdout.write(
            f"{name}: {_short(measured.ours)} against {_short(measured.peer)} {measured.unit} of {measured.peer_name}: "
            f"{measured.ratio:.2f} times ({measured.detail})\n"
        )
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(list(kept.values()), indent=1) + "\n")
    return 0


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
