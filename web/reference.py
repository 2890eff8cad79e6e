"""The OpenAPI document, and what the page about it shows. Nothing is loaded from anywhere else to show it."""

import json
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from search import errors
from search.errors import BayanError
from web.problems import identify
from web.schemas import Problem

_NAMES = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "maxLength": "characters: at most",
    "maxItems": "repeated: at most",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter as the page shows it: `limits` is what its schema says, in words."""

    name: str
    where: str
    kind: str
    default: str
    limits: str
    description: str


@dataclass(frozen=True)
class Answer:
    """A status of a route, what it means, and the name of the schema that its body has."""

    status: str
    description: str
    schema: str


@dataclass(frozen=True)
class Operation:
    """A route."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Member:
    """A member of a JSON object."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Schema:
    """A JSON object with its members and an example, if there is one."""

    name: str
    description: str
    members: tuple[Member, ...]
    example: str


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name in `type`, its status and title, when it happens."""

    name: str
    status: int
    title: str
    when: str


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of `app`, with problems as they are really answered, not as FastAPI would."""
    out = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    for path in out["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = out["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    return out


def operations(spec: dict[str, Any]) -> tuple[Operation, ...]:
    """Return the routes."""
    return tuple(
        Operation(
            method.upper(),
            path,
            told.get("summary", ""),
            told.get("description", ""),
            tuple(_parameter(parameter) for parameter in told.get("parameters", ())),
            tuple(_answer(status, answer) for status, answer in told["responses"].items()),
        )
        for path, methods in spec["paths"].items()
        for method, told in methods.items()
    )


def schemas(spec: dict[str, Any]) -> tuple[Schema, ...]:
    """Return the JSON objects."""
    return tuple(
        Schema(
            name,
            told.get("description", ""),
            tuple(
                Member(member, _kind(schema), schema.get("description", ""))
                for member, schema in told.get("properties", {}).items()
            ),
            json.dumps(told["example"], ensure_ascii=False, indent=2) if "example" in told else "",
        )
        for name, told in spec["components"]["schemas"].items()
    )


def kinds() -> tuple[Kind, ...]:
    """Return the kinds of problems that Bayan itself tells of."""
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BayanError)]
    return tuple(
        Kind(identify(kind), kind.status, kind.title, kind.__doc__ or "") for kind in found if kind is not BayanError
    )


def _parameter(told: dict[str, Any]) -> Parameter:
    schema = dict(told["schema"])
    schema |= next((part for part in schema.pop("anyOf", ()) if part.get("type") != "null"), {})
    default = schema.get("default")
    return Parameter(
        told["name"],
        told["in"],
        _kind(schema),
        "" if default in (None, "", []) else str(default),
        ", ".join(f"{words} {schema[key]:,}" for key, words in _LIMITS.items() if key in schema),
        told.get("description", ""),
    )


def _answer(status: str, told: dict[str, Any]) -> Answer:
    kinds = [_kind(content["schema"]) for content in told.get("content", {}).values() if content.get("schema")]
    return Answer(status, told["description"], " or ".join(kinds))


def _kind(schema: dict[str, Any]) -> str:
    """Return the type of a value in words: "list of Hit", "text or null"."""
    match schema:
        case {"$ref": str(reference)}:
            told = reference.rpartition("/")[2]
        case {"anyOf": list(parts)}:
            told = " or ".join(_kind(part) for part in parts)
        case {"enum": list(values)}:
            told = " | ".join(map(str, values))
        case {"const": value}:
            told = str(value)
        case {"prefixItems": list(parts)}:
            told = f"[{', '.join(_kind(part) for part in parts)}]"
        case {"type": "array", "items": dict(items)}:
            told = f"list of {_kind(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            told = f"object of {_kind(values)}"
        case _:
            told = _NAMES.get(schema.get("type", ""), schema.get("type", ""))
    return told
