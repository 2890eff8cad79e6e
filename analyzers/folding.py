"""One folding of letters for all chains, by script and not by language."""

from __future__ import annotations

from analyzers.chain import MappingCharFilter

_ARABIC = {"ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ؤ": "و", "ئ": "ي", "\u0640": "", "\u0670": "", "\u200c": "", "_": " "}
_ARABIC |= {chr(mark): "" for mark in range(0x064B, 0x0660)}

FOLD = MappingCharFilter("bayan_fold", _ARABIC)
