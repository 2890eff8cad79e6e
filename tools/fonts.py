"""Cut the fonts of the pages out of open ones: `make fonts`. What it writes under web/static is kept in the repository.

tools/fonts.toml says what is cut. Each package comes from the npm registry by `npm pack`.
"""

import hashlib
import io
import subprocess
import tarfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).parent.parent / "web" / "static"
FONTS = STATIC / "fonts"
PLAN = Path(__file__).parent / "fonts.toml"

WEIGHTS = (400, 700)
"""The span of weights that the style sheets use; the lighter and the heavier ones are left out of the files."""

_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _VERSION, _POSTSCRIPT, _LICENCE = 0, 1, 2, 3, 4, 5, 6, 14
_NAMES = [_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _VERSION, _POSTSCRIPT, _LICENCE]


def main() -> None:
    """Write the files, the style sheet that names them, and the licence."""
    plan = tomllib.loads(PLAN.read_text("utf-8"))
    FONTS.mkdir(exist_ok=True)
    for old in FONTS.glob("*.woff2"):
        old.unlink()
    rules: list[str] = []
    notices: dict[str, None] = {}
    with TemporaryDirectory() as folder:
        packages = {key: fetch(f["package"], f["version"], Path(folder)) for key, f in plan["family"].items()}
        for name, cut in plan["cut"].items():
            family = plan["family"][cut["family"]]
            source = packages[cut["family"]] / "files" / cut["file"]
            font = TTFont(source, recalcTimestamp=False)
            notices[f"{family['name']}: {font['name'].getDebugName(_COPYRIGHT)}"] = None
            made, letters = subset(font, read(cut["letters"]), family["name"])
            file = FONTS / f"{name}.{hashlib.sha256(made).hexdigest()[:8]}.woff2"
            file.write_bytes(made)
            rules.append(rule(family, file, letters))
        licence = next(iter(packages.values())).joinpath("LICENSE").read_text("utf-8")
    head = "/* Made by `make fonts`: do not edit. */\n\n"
    (STATIC / "css" / "fonts.css").write_text(head + "\n".join(rules), "utf-8")
    # The packages' own first line names who distributes the font; the fonts themselves say whose they are.
    terms = licence[licence.index("This Font Software") :]
    (FONTS / "OFL.txt").write_text("\n".join(notices) + "\n\n" + terms, "utf-8")


def fetch(package: str, version: str, folder: Path) -> Path:
    """Return the folder of a package of the npm registry."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{package}@{version}"]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603 - names from fonts.toml
    target = folder / archive.removesuffix(".tgz")
    with tarfile.open(folder / archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def read(ranges: Iterable[str]) -> set[int]:
    """Return the code points of ranges such as `0621-063A`."""
    bounds = [[int(end, 16) for end in span.split("-")] for span in ranges]
    return {point for pair in bounds for point in range(pair[0], pair[-1] + 1)}


def written(points: Iterable[int]) -> str:
    """Return code points as the value of unicode-range."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ", ".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in spans)


def subset(font: TTFont, wanted: set[int], family: str) -> tuple[bytes, set[int]]:
    """Return a WOFF2 file of the wanted letters, with all their forms, and the letters that the font had of them."""
    subsetter = Subsetter(Options(hinting=False, name_IDs=_NAMES))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    # The instancer reads what a font was saved as: the subsetter leaves tables that are read only when asked for.
    plain = io.BytesIO()
    font.flavor = None
    font.save(plain)
    cut = instantiateVariableFont(TTFont(plain, recalcTimestamp=False), {"wght": WEIGHTS})
    for identity in (_FAMILY, _UNIQUE, _FULL, _POSTSCRIPT):
        cut["name"].setName(family.replace(" ", "") if identity == _POSTSCRIPT else family, identity, 3, 1, 0x409)
    cut.flavor = "woff2"
    out = io.BytesIO()
    cut.save(out)
    return out.getvalue(), set(cut.getBestCmap())


def rule(family: dict[str, Any], file: Path, letters: set[int]) -> str:
    """Return the @font-face of a file."""
    values = {
        "font-family": f'"{family["name"]}"',
        "src": f'url("../fonts/{file.name}") format("woff2")',
        "font-weight": f"{WEIGHTS[0]} {WEIGHTS[1]}",
        "font-display": "swap",
        "unicode-range": written(letters),
    } | family.get("adjust", {})
    return "@font-face {\n" + "".join(f"  {name}: {value};\n" for name, value in values.items()) + "}\n"


if __name__ == "__main__":
    main()
