"""Why a result was found, in sentences."""

from search.fusion import Mode
from search.results import Hit
from web.languages import LANGUAGES

FORMS = {
    "exact": "as typed",
    "stem": "another form of the word",
    "phrase": "as part of the phrase",
    "prefix": "beginning with these letters",
    "concept": "the same concept",
    "number": "the same number or day, written otherwise",
    "name": "the same name, spelt otherwise",
}
"""How a word of the query can stand in a release."""


def form(name: str) -> str:
    """Return what a form of a matched word is called."""
    return FORMS.get(name, name)


def score(hit: Hit, mode: Mode) -> str:
    """Say which part of the score came from the words and which from the meaning."""
    why = hit.why
    words, names = max(why.keyword, 0.0), max(why.name, 0.0)
    meaning = max(why.cosine, 0.0) if mode != "keyword" else 0.0
    language = LANGUAGES[hit.release.lang].name
    reached = f"{why.bm25:.1f} of the {why.attainable:.1f} points that this query can reach in {language}"
    near = f"the nearest passage has a cosine of {why.cosine:.2f}"
    if mode == "semantic":
        return f"Its whole score comes from the meaning: {near}."
    total = max(words + names + meaning, 1e-12)
    spelt = f"names in other spellings {round(100 * names / total)}%"
    if mode == "keyword" and names:
        return f"The words gave {round(100 * words / total)}% of the score ({reached}), {spelt}."
    if mode == "keyword":
        return f"Its whole score comes from the words: {reached}."
    if names:
        return (
            f"The words gave {round(100 * words / total)}% of the score ({reached}), {spelt}, "
            f"the meaning {round(100 * meaning / total)}% ({near})."
        )
    if not words:
        return f"Its whole score comes from the meaning: {near}. None of your words counted."
    share = round(100 * words / (words + meaning))
    return f"The words gave {share}% of the score ({reached}), the meaning {100 - share}% ({near})."
