"""The examples: each language has its own, each can be searched, and each shows what it says it shows."""

import pytest

from search import query
from web.examples import examples, rules
from web.interface import Interface
from web.preferences import Preferences

SPOKEN = ("ar", "fa", "en", "ru", "fr", "es")


def test_every_language_has_examples():
    assert tuple(examples()) == SPOKEN


@pytest.mark.parametrize("lang", SPOKEN)
def test_an_example_has_the_syntax_that_it_stands_for(lang):
    known = examples()[lang]
    assert query.parse(known.phrase).quoted
    assert query.parse(known.without).excluded
    assert len(query.parse(known.either).groups[0].alternatives) == 2
    assert query.parse(known.beginning).groups[0].alternatives[0].kind == "prefix"
    for text in known.searches:
        read = query.parse(text)
        assert read.meaning == text
        assert not read.filters


@pytest.mark.parametrize("lang", SPOKEN)
def test_the_rules_can_be_clicked_and_name_every_filter(lang):
    typed = [text for rule in rules(Interface(Preferences(lang))) for text in rule.queries]
    for text in typed:
        query.parse(text)
    assert {text.partition(":")[0] for text in typed if ":" in text} == set(query.FIELDS)
