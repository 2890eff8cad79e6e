"""The command line, `bayan`.

Exit codes: 0 done; 1 done, but something was rejected; 2 wrong usage or settings; 3 the engine or index cannot serve;
130 interrupted.
"""

import os
import signal
import sys
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer
from rich.markup import escape

from indexer import terminal
from indexer.commands import arriving, history, indexing, measuring, reading, searching
from indexer.commands.common import app
from search.errors import BayanError

# Each of these adds its commands to the application, in this order.
__all__ = ["app", "arriving", "history", "indexing", "main", "measuring", "reading", "searching"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Of a terminal or job that has no Arabic (LANG=C), the letters are shown as \u0642, and nothing fails.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # A service manager or `docker stop` ends a run like Ctrl-C does, so that the lease is given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        said = error.format_message()
        hint = " A query that begins with a minus comes after --." if "No such option" in said else ""
        terminal.err.print(f"[red]Wrong usage.[/] {escape(said)}{hint} `bayan --help` lists the commands.")
        code = error.exit_code
    except BayanError as error:
        terminal.err.print(f"[red]{error.title}.[/] {escape(str(error))}")
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # `bayan search … | head` closes the pipe early; nothing is wrong, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        terminal.err.print(f"[red]The output cannot be written.[/] {escape(str(error))}")
        code = BayanError.exit_code
    if code == _INTERRUPTED:
        terminal.err.print("Interrupted. What was committed is kept.")
    sys.exit(code or 0)


@app.callback(invoke_without_command=True)
def bayan(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False
) -> None:
    """Cross-lingual search for security press releases."""
    if show_version:
        terminal.out.print(f"bayan {version('bayan')}")
        raise typer.Exit
