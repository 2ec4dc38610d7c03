"""Asks the web server whether everything is ready, and if not, what is missing and why."""

import json
import time
import urllib.error
import urllib.request

import anyio

from ground_station.supervise.terminal import say

_ATTEMPT_S = 2.0
_PAUSE_S = 0.2
_TELL_EVERY_S = 10.0


async def wait_ready(web_url: str, deadline_s: float) -> dict[str, str]:
    """Wait until `/readyz` is green, saying now and then what is still awaited.

    Returns: what is not ready and why, by process; empty when all is well.
    """
    started = told = time.monotonic()
    while True:
        missing = await anyio.to_thread.run_sync(_ask, f"{web_url}/readyz", abandon_on_cancel=True)
        now = time.monotonic()
        if not missing or now > started + deadline_s:
            return missing
        if now > told + _TELL_EVERY_S:
            told = now
            say("Waiting for " + ", ".join(f"{name} ({why})" for name, why in missing.items()) + " …")
        await anyio.sleep(_PAUSE_S)


def _ask(url: str) -> dict[str, str]:
    try:
        with urllib.request.urlopen(url, timeout=_ATTEMPT_S) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            try:
                body = json.load(error)
            except ValueError:
                return {"api": f"answers {error.code} on /readyz"}
    except (OSError, ValueError) as error:
        return {"api": f"does not answer yet ({error})"}
    if body.get("ready"):
        return {}
    waiting = {
        name: str(state.get("detail") or "not heard yet") for name, state in body.get("processes", {}).items() if not state.get("ready")
    }
    return waiting or {"api": "says it is not ready"}
