"""The JSON of versions and of stories as models; `web.schemas` has the rest."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from search.differences import Renumbered, Step, renumbered
from search.stories import Story, Version
from web.schemas import COUNTRY, Direction, ReadQuery, ReleaseBody, Total


class Piece(BaseModel):
    """Some words of a line, and what became of them."""

    change: Literal["same", "removed", "added"]
    text: str


class ChangedLine(BaseModel):
    """A line of a field that changed."""

    field: str
    pieces: list[Piece]


class ChangedNumber(BaseModel):
    """A number as it was and as it is; null where there was none before, or is none any more."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str | None = Field(alias="from")
    to: str | None


class EarlierText(BaseModel):
    """What a release was until `until`, and what then changed: nothing where the release was removed."""

    release: ReleaseBody
    until: str = Field(description="The instant at which another text was read in its place.")
    changes: list[ChangedLine]
    numbers: list[ChangedNumber] = Field(description="The numbers in digits that changed.")


class ReleaseVersions(BaseModel):
    """The earlier texts of a release, the oldest first. `current` is null if the release was removed."""

    id: str
    current: ReleaseBody | None
    versions: list[EarlierText]


class StatedFact(BaseModel):
    """A day, a mass or a number as the text has it."""

    text: str
    kind: Literal["day", "mass", "number"]
    day: str | None


class Additions(BaseModel):
    """What a version has that was not found in the first one, which is no proof that the first does not say it."""

    stated: list[StatedFact]
    names: list[str]


class StoryVersion(BaseModel):
    """A release of a story."""

    id: str
    lang: str
    dir: Direction
    title: str
    published: str | None
    source: str | None
    country: str | None = Field(description=COUNTRY)
    url: str | None
    sample: bool
    rank: int | None = Field(description="Its place in the results; null if it is not among those that were grouped.")
    added: Additions


class StoryBody(BaseModel):
    """An announcement: its versions, the first published first, those without a day last."""

    first_published: str | None
    first: list[str] = Field(description="The ids of the versions of the first day.")
    languages: list[str]
    sources: list[str]
    versions: list[StoryVersion]


class Stories(BaseModel):
    """The results of a page as stories, the one with the best result first; `total` and `listed` count results."""

    query: ReadQuery
    total: Total
    listed: int
    page: int
    size: int
    stories: list[StoryBody]


def earlier(step: Step) -> EarlierText:
    """Return an earlier text as JSON."""
    return EarlierText(
        release=ReleaseBody(**step.release.as_dict(), published_in=None),
        until=step.until,
        changes=[
            ChangedLine(field=line.field, pieces=[Piece(change=piece.change, text=piece.text) for piece in line.pieces])
            for line in step.lines
        ],
        numbers=[_number(number) for number in renumbered(step.lines)],
    )


def story(told: Story) -> StoryBody:
    """Return a story as JSON."""
    first = told.versions[0].release.published
    return StoryBody(
        first_published=first.isoformat() if first else None,
        first=[version.release.id for version in told.earliest],
        languages=list(told.langs),
        sources=[source for source in told.sources if source],
        versions=[_version(version) for version in told.versions],
    )


def _number(number: Renumbered) -> ChangedNumber:
    return ChangedNumber(from_=number.before, to=number.after)


def _version(version: Version) -> StoryVersion:
    told = version.release.as_dict()
    stated = [
        StatedFact(text=fact.text, kind=fact.kind, day=fact.day.isoformat() if fact.day else None)
        for fact in version.added.stated
    ]
    return StoryVersion(
        **{name: told[name] for name in StoryVersion.model_fields if name in told},
        rank=version.rank,
        added=Additions(stated=stated, names=list(version.added.names)),
    )
