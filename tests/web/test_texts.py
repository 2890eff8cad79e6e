"""No text of a page stands outside of the catalogues: read in a language that brackets each of its texts."""

import re

import pytest
from babel.support import NullTranslations

from web import interface
from web.interface import Interface

from .markup import Node

PAGES = {
    "home": ("/", {}),
    "search": ("/search", {"q": "captagon smuggling", "lang": ["en", "fa"], "size": 5, "page": 2}),
    "keyword": ("/search", {"q": "captagom", "mode": "keyword", "after": "2020", "sort": "newest"}),
    "nothing": ("/search", {"q": '"qqq zzz"', "mode": "keyword", "lang": "fa"}),
    "release": ("/releases/sample-captagon-pomegranates-ar", {"q": "كبتاغون"}),
    "unreadable": ("/releases/sample-captagon-pomegranates-ar", {"q": 'a "b'}),
    "bad query": ("/search", {"q": 'a "b'}),
    "bad parameter": ("/search", {"q": "a", "page": "x"}),
    "reasons": ("/search", {"q": "captagon smuggling", "size": 3, "why": 2}),
    "help": ("/help", {}),
    "stories": ("/stories", {"q": "captagon smuggling"}),
    "versions": ("/releases/sample-captagon-pomegranates-ar/versions", {}),
    "beside": ("/releases/sample-captagon-pomegranates-ar", {"beside": "sample-captagon-pomegranates-en"}),
    "analysis": ("/analyze", {"lang": "fa", "text": "کتاب‌ها"}),
    "analysis in all": ("/analyze", {"lang": "all", "text": "police"}),
    "status": ("/status", {}),
    "reference": ("/docs", {}),
    "no release": ("/releases/none", {}),
    "no page": ("/nowhere", {}),
}
SPOKEN = ("aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription")
# What releases and readers wrote, what is typed into Bayan, and what is the same in every language.
DATA = {"bdi", "mark", "code", "kbd", "script", "style", "time", "input", "textarea"}
SAME = {
    "Bayan",
    "English",
    "BibTeX",
    "RIS",
    "CSV",
    "JSON",
    "Lines",
    "Atom",
    "Feed",
    "CSL",
    "API",
    "ms",
    "OR",
    "SVG",
    "h",
    "JSONL",
}


class Bracketed(NullTranslations):
    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, msgid1, msgid2, num):
        return f"⟦{msgid1 if num == 1 else msgid2}⟧"

    def pgettext(self, _, message):
        return f"⟦{message}⟧"


@pytest.mark.parametrize("name", PAGES)
def test_every_text_comes_from_the_catalogues(page, monkeypatch, name):
    monkeypatch.setattr(interface, "catalogue", lambda _: Bracketed())
    for named in ("language", "country", "day", "month"):
        kept = getattr(Interface, named)
        monkeypatch.setattr(Interface, named, lambda *given, kept=kept: f"⟦{kept(*given)}⟧")
    address, parameters = PAGES[name]

    shown, _ = page(address, hl="en", **parameters)

    assert " ".join(bare(shown.one("html"))) == ""


def data(node: Node) -> bool:
    """Say whether an element has what somebody else wrote: one with a language and a direction of its own."""
    told = node.attributes
    return node.tag in DATA or (
        node.tag != "html" and (told.get("lang", "en") != "en" or {"lang", "dir"} <= told.keys())
    )


def bare(root: Node) -> list[str]:
    """Return what stands outside of brackets, which may begin in one element and end in another."""
    found: list[str] = []
    depth = 0

    def read(text: str) -> None:
        nonlocal depth
        for part in re.findall(r"⟦|⟧|[^⟦⟧]+", text):
            if part in "⟦⟧":
                depth += 1 if part == "⟦" else -1
            elif not depth:
                found.extend(word for word in re.findall(r"[^\W\d_]+", part) if word not in SAME)

    def walk(node: Node) -> None:
        nonlocal depth
        for attribute in SPOKEN:
            if attribute == "title" and "version" in (node.attributes.get("class") or "").split():
                continue  # of a story: the release's own title
            outside, depth = depth, 0
            read(node.attributes.get(attribute) or "")
            assert depth == 0
            depth = outside
        if data(node):
            return
        for child in node.children:
            read(child) if isinstance(child, str) else walk(child)

    walk(root)
    return found
