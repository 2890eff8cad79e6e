"""What is written about the API, in docs/api.md and in /docs, is what the API does."""

import json
import re
from pathlib import Path

import pytest

from search.searcher import MAX_SIZE
from web import parameters
from web.service import SAME_NEWS

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```\nGET ([^\n]+)\n(\d+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def spec(client):
    return client.get("/openapi.json").json()


def test_every_route_and_parameter_is_in_the_page(spec):
    for path, methods in spec["paths"].items():
        assert f"`{path}`" in PAGE
        for parameter in methods["get"].get("parameters", ()):
            assert f"`{parameter['name']}`" in PAGE or f"{{{parameter['name']}}}" in PAGE


def test_every_member_of_every_object_is_in_the_page(spec):
    for name, schema in spec["components"]["schemas"].items():
        if name != "Expansion":  # `also_searched` has none yet
            for member in schema["properties"]:
                assert f'"{member}"' in PAGE, f"{name}.{member}"


def test_the_limits_in_the_page_are_those_of_the_code(spec):
    assert f"1 to {MAX_SIZE}" in PAGE
    assert f"1 to {parameters.MAX_PAGE:,}" in PAGE
    assert f"is {SAME_NEWS} or more" in PAGE
    asked = {
        parameter["name"]: parameter["schema"] for parameter in spec["paths"]["/api/v1/search"]["get"]["parameters"]
    }
    assert (asked["size"]["minimum"], asked["size"]["maximum"], asked["size"]["default"]) == (1, MAX_SIZE, 10)
    assert asked["q"]["maxLength"] == 1_000


@pytest.mark.parametrize(("address", "status", "body"), EXAMPLES)
def test_examples_are_answered_as_they_say(client, address, status, body):
    response = client.get(address)

    assert response.status_code == int(status)
    told, given = json.loads(body), response.json()
    compare(told, given)
    for name, value in told.items():
        assert not isinstance(value, str) or "…" in value or value == given[name]


def test_there_is_an_example_of_every_route():
    assert len(EXAMPLES) == PAGE.count("\nGET ") == 16


def compare(told, given):
    """An example has members and types of the real answer, though not all of them; lists show their first item."""
    assert type(told) is type(given)
    if isinstance(told, dict):
        for name in told:
            compare(told[name], given[name])
    elif isinstance(told, list) and told:
        compare(told[0], given[0])


def test_the_page_about_the_api_shows_every_route_parameter_and_object(page, spec):
    shown, status = page("/docs")

    text = shown.one("main").text
    assert status == 200
    for path, methods in spec["paths"].items():
        assert f"GET {path}" in text
        for parameter in methods["get"].get("parameters", ()):
            assert parameter["description"] in text
    ids = {node.attributes.get("id") for node in shown.walk()}
    assert set(spec["components"]["schemas"]) <= ids
    for link in shown.one("main").all("a"):
        assert not link.attributes["href"].startswith("#") or link.attributes["href"][1:] in ids
    for row in shown.all("tr"):
        if row.all("td") and row.one("th").text == "size":
            kind, default, limits = [cell.text for cell in row.all("td")][1:]
            assert (kind, limits) == ("whole number", "at least 1, at most 100")
            assert default in {"10", "50"}
