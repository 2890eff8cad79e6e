"""Why a result was found, in sentences."""

from analyzers import UNDETERMINED
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


def score(hit: Hit) -> str:
    """Say which part of the score came from what: words, names, meaning, linked results, 100 % in all."""
    why = hit.why
    language = "other languages" if hit.release.lang == UNDETERMINED else LANGUAGES[hit.release.lang].name
    reasons = {
        "words": f"{why.bm25:.1f} of the {why.attainable:.1f} points that this query can reach in {language}",
        "names": "in other spellings",
        "meaning": f"the nearest passage has a cosine of {why.cosine:.2f}",
        "linked results": "a better one tells the same story in another language",
    }
    shares = why.shares
    if len(shares) == 1:
        (only,) = shares
        return f"Its whole score comes from the {only} ({reasons[only]})."
    told = [f"{leg} {share} % ({reasons[leg]})" for leg, share in shares.items()]
    return f"Its score: {', '.join(told)}." if told else "Nothing that counts was found in it."
