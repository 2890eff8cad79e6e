"""What holds for the project as a whole: the direction of imports, the length of modules, and what docs must name."""

import ast
import re
from pathlib import Path

import pytest

from indexer.cli import app
from search.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
KNOWS = {
    "analyzers": set(),
    "search": {"analyzers"},
    "indexer": {"analyzers", "search"},
    "web": {"analyzers", "search"},
}
MODULES = [path for package in KNOWS for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST = 420


def imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_packages_know_each_other_in_one_direction(path):
    package = path.relative_to(ROOT).parts[0]
    assert imported(path) & KNOWS.keys() <= KNOWS[package] | {package}
    assert path.read_text("utf-8").count("\n") <= LONGEST


def test_every_setting_is_documented_in_its_own_words():
    rows = dict(
        re.findall(r"^\| `(\w+)` \| .*? \| (.*) \|$", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    )
    assert rows == {PREFIX + name.upper(): field.description for name, field in Settings.model_fields.items()}


def test_every_command_is_documented():
    docs = "\n".join(path.read_text("utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    commands = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert len(commands) >= 10
    assert [command for command in commands if f"bayan {command}" not in docs] == []


def test_links_of_the_documentation_lead_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
