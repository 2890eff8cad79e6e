"""From a page or a text to a release: title, body, place, day, source, address, language, and the fate of every line."""

from indexer.extraction.extract import Line, Reading, extract, lines
from indexer.extraction.fields import Found
from indexer.extraction.repetition import Repetition
from indexer.hints import Hints

__all__ = ["Found", "Hints", "Line", "Reading", "Repetition", "extract", "lines"]
