"""A `.plan` file that another program added members to, at any of its objects, is written back as it was."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st

from missions import MissionPlan, format_of, losses, plan_bytes, plan_from_json, plan_to_json, read_plan_bytes
from tests.support.plans import plans

names = st.text(max_size=6).map(lambda text: f"x{text}")
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=5,
)
# With patterns among the items, one of them with and one without what it flies.
SIMPLE = {"autoContinue": True, "command": 16, "doJumpId": 1, "frame": 3, "params": [0, 0, 0, None, 43.0, 51.0, 9.0], "type": "SimpleItem"}
PATTERNS = (
    {"type": "ComplexItem", "complexItemType": "survey", "version": 5, "TransectStyleComplexItem": {"Items": [SIMPLE, SIMPLE]}},
    {"type": "ComplexItem", "complexItemType": "fwLandingPattern", "version": 2},
)


def _objects(value: Any) -> list[dict[str, Any]]:
    """All objects of a file that are not our own member's."""
    if isinstance(value, list):
        return [found for member in value for found in _objects(member)]
    if isinstance(value, dict):
        return [value, *(found for name, member in value.items() if name != "sunqar" for found in _objects(member))]
    return []


@settings(max_examples=150, derandomize=True, deadline=None)
@given(plan=plans, data=st.data())
def test_every_member_is_written_back_where_it_stood(plan: MissionPlan, data: st.DataObject) -> None:
    document = json.loads(plan_bytes(plan, ".plan"))
    items = document["mission"]["items"]
    for pattern in data.draw(st.lists(st.sampled_from(PATTERNS), max_size=2)):
        items.insert(data.draw(st.integers(0, len(items))), json.loads(json.dumps(pattern)))
    number = 1
    for item in items:
        if item["type"] == "SimpleItem":
            item["doJumpId"] = number
        number += len(item.get("TransectStyleComplexItem", {}).get("Items", ())) or (item["type"] == "SimpleItem")
    places = _objects(document)
    for place in data.draw(st.lists(st.sampled_from(range(len(places))), max_size=6)):
        places[place].update(data.draw(st.dictionaries(names, values, max_size=3)))
    given_text = json.dumps(document, sort_keys=True)

    again = read_plan_bytes(given_text.encode(), "theirs.plan")
    assert json.dumps(json.loads(plan_bytes(again, ".plan")), sort_keys=True) == given_text
    assert plan_from_json(json.loads(json.dumps(plan_to_json(again)))) == again
    assert losses(again, format_of(".plan")) == ()
