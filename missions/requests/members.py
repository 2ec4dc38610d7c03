"""A dataclass whose fields are annotated with kinds, as a JSON object and back, and as a JSON Schema."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args, get_type_hints

from missions.requests.kinds import Kind, Number, wrong


@dataclass(frozen=True, slots=True)
class Member:
    """`default` is MISSING when the member must be given; `optional` members take null."""

    name: str
    kind: Kind
    description: str
    default: Any
    optional: bool


# Annotations are looked up once a class: it takes a millisecond.
_MEMBERS: dict[type, tuple[Member, ...]] = {}


def members_of(cls: type) -> tuple[Member, ...]:
    """The declared members of a dataclass, in order."""
    if cls not in _MEMBERS:
        _MEMBERS[cls] = _declared(cls)
    return _MEMBERS[cls]


def _declared(cls: type) -> tuple[Member, ...]:
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for field in fields(cls):
        value_type, kind, description = get_args(hints[field.name])
        default = field.default if field.default_factory is MISSING else field.default_factory()
        found.append(Member(field.name, kind, description, default, type(None) in get_args(value_type)))
    return tuple(found)


def read_members(cls: type, value: Any, within: str = "") -> dict[str, Any]:
    """Arguments for `cls` out of a JSON object. Raises `MissionError` naming a member that is missing, unknown or of the wrong kind."""
    if not isinstance(value, Mapping):
        raise wrong(within.rstrip(".") or "request", value, "an object")
    members = members_of(cls)
    for name in value:
        if name not in {member.name for member in members}:
            raise wrong(f"{within}{name}", value[name], f"nothing: the members are {', '.join(member.name for member in members)}")
    arguments = {}
    for member in members:
        given = value.get(member.name)
        if given is not None:
            arguments[member.name] = member.kind.read(given, f"{within}{member.name}")
        elif member.default is MISSING:
            raise wrong(f"{within}{member.name}", given, _expected(member.kind))
    return arguments


def write_members(instance: object) -> dict[str, Any]:
    written = {}
    for member in members_of(type(instance)):
        value = getattr(instance, member.name)
        spoken = isinstance(member.kind, Number)  # has a word for None
        written[member.name] = member.kind.write(value) if value is not None or spoken else None
    return written


def schema_of(cls: type) -> dict[str, Any]:
    """JSON Schema of the object; units are in `x-unit`, drawn geometries in `x-geometry`."""
    properties = {}
    for member in members_of(cls):
        schema = member.kind.schema() | {"description": member.description}
        if member.default is not MISSING:
            schema["default"] = (
                None if member.default is None and not isinstance(member.kind, Number) else member.kind.write(member.default)
            )
        properties[member.name] = schema | ({"x-optional": True} if member.optional else {})
    required = [member.name for member in members_of(cls) if member.default is MISSING]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def out_of_limits(instance: object, within: str = "") -> Iterator[tuple[str, float, Number]]:
    """Member, value and kind of each number that is not within its limits; parts of a request are looked into."""
    for member in members_of(type(instance)):
        value = getattr(instance, member.name)
        if isinstance(member.kind, Number) and value is not None and not member.kind.allows(value):
            yield f"{within}{member.name}", value, member.kind
        parts = value if isinstance(value, tuple) else () if value is None else (value,)
        for index, part in enumerate(parts):
            if isinstance(member.kind, Record) or isinstance(getattr(member.kind, "kind", None), Record):
                yield from out_of_limits(
                    part, f"{within}{member.name}[{index}]." if isinstance(value, tuple) else f"{within}{member.name}."
                )


@dataclass(frozen=True, slots=True)
class Record:
    """A member that is an object of its own: a dataclass with annotated fields."""

    of: type

    def read(self, value: Any, member: str) -> Any:
        return self.of(**read_members(self.of, value, f"{member}."))

    def write(self, value: Any) -> Any:
        return write_members(value)

    def schema(self) -> dict[str, Any]:
        return schema_of(self.of)


def _expected(kind: Kind) -> str:
    schema = kind.schema()
    return f"a GeoJSON {schema['x-geometry']}" if "x-geometry" in schema else getattr(kind, "expected", "a value: it must be given")
