"""The HTTP interface and the live messages as reviewed snapshots: a change of either shows in a diff.

After a change made on purpose: `python -m tests.contract.test_published_schemas` writes them anew.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from ground_station.api.live import MESSAGE_OF_TOPIC, schema_of_topics
from ground_station.api.live_hub import TOPICS
from ground_station.api.services import Services
from ground_station.app import build_app
from missions import pattern_schemas

SNAPSHOTS = Path(__file__).parent / "snapshots"


def openapi() -> dict[str, Any]:
    """The document needs no open services: routes are described, not run."""
    return build_app(cast(Services, None)).openapi()


PUBLISHED: dict[str, Callable[[], Any]] = {
    "openapi.json": openapi,
    "live-schema.json": schema_of_topics,
    "patterns.json": pattern_schemas,
}


def text_of(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_is_what_was_reviewed(name: str) -> None:
    reviewed = (SNAPSHOTS / name).read_text(encoding="utf-8")
    assert text_of(PUBLISHED[name]()) == reviewed, "changed on purpose? run: python -m tests.contract.test_published_schemas"


def test_every_topic_has_its_message() -> None:
    assert MESSAGE_OF_TOPIC.keys() == TOPICS


def test_every_operation_is_described_and_named_once() -> None:
    operations = [operation for methods in openapi()["paths"].values() for operation in methods.values()]
    assert all(operation.get("summary") or operation.get("description") for operation in operations)
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))


if __name__ == "__main__":
    for file_name, made in PUBLISHED.items():
        (SNAPSHOTS / file_name).write_text(text_of(made()), encoding="utf-8")
