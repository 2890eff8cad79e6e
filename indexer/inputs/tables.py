"""Releases in rows: JSON Lines and CSV, with the names of a release's fields."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedReader
from typing import Any

import analyzers
from indexer.inputs.document import MAX_BYTES, Item, decoded, lines, refused
from search.errors import InputError
from search.language import identify
from search.release import Release, from_mapping

_DELIMITERS = ",;\t"


def json_lines(stream: BufferedReader, place: str) -> Iterator[Item]:
    """Read an object a line. A line that is none is a reject, the others are read."""
    for number, line in lines(stream):
        try:
            if isinstance(line, InputError):
                raise line
            if not line.isspace():
                yield _release(_object(decoded(line)))
        except InputError as error:
            yield refused(place, error, number)


def comma_separated(stream: BufferedReader, place: str) -> Iterator[Item]:
    """Read a row a release. The first row names the columns; other columns than those of a release are passed over.

    Columns are parted by commas, semicolons or tabs, whichever the header has most of. A row may run over several
    lines; a reject tells its last. Raises `InputError` if no column is a title or a body.
    """
    # The limit is the process's; nothing else here reads CSV.
    csv.field_size_limit(MAX_BYTES)
    # Where decoding or a line's length ended the reading: csv itself would only say that the rows ended.
    broken: list[tuple[int, InputError]] = []
    texts = _texts(stream, broken)
    header = next(texts, "")
    rows = csv.reader(texts, delimiter=max(_DELIMITERS, key=header.count))
    names = [
        name.strip().lower() for name in next(csv.reader([header], delimiter=max(_DELIMITERS, key=header.count)), [])
    ]
    if not broken and not {"title", "body"} & set(names):
        raise InputError(
            f"The first line names no column title or body: it has {', '.join(names)[:200] or 'nothing'}.", "csv"
        )
    try:
        for row in rows:
            try:
                if any(cell.strip() for cell in row):
                    fields = {name: cell for name, cell in zip(names, row, strict=False) if cell.strip()}
                    yield _release(fields)
            except InputError as error:
                yield refused(place, error, rows.line_num + 1)
    except csv.Error as error:
        broken.append((rows.line_num + 1, InputError(f"The rest of the file is no CSV: {error}.", "csv")))
    for number, broke in broken:
        yield refused(place, broke, number)


def _texts(stream: BufferedReader, broken: list[tuple[int, InputError]]) -> Iterator[str]:
    """Give decoded lines up to the first that cannot be: what follows it might be the middle of a row."""
    for number, line in lines(stream):
        try:
            if isinstance(line, InputError):
                raise line
            yield decoded(line)
        except InputError as error:
            broken.append((number, InputError(f"{error} The rest of the file was not read.", error.rule)))
            return


def _object(line: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The line is no JSON: {error}.", "json") from None
    if not isinstance(fields, dict):
        raise InputError("The line is not a JSON object.", "json")
    return fields


def _release(fields: Mapping[str, Any]) -> Release:
    if fields.get("lang"):
        return from_mapping(fields)
    # Read once to see whether it is a release at all: "no letters" would be a wrong reason for one without a title.
    read = from_mapping(fields, lang=analyzers.LANGUAGES[0])
    return replace(read, lang=identify(read.text).lang)
