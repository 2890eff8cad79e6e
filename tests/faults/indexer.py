"""A process to be killed, which says that it runs on another machine: reindexes, and stops at a moment until it is.

python -m tests.faults.indexer URL PREFIX FOLDER writing|switched
"""

import socket
import sys
import threading
from pathlib import Path

from indexer import build
from search.engines import lease
from search.engines.elasticsearch.catalog import Catalog
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import opener

HOST = "another-machine"
LEASE_SECONDS = 8.0


def stop(*_: object) -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()
    threading.Event().wait()


def main() -> None:
    url, prefix, folder, moment = sys.argv[1:]
    socket.gethostname = lambda: HOST
    lease.LEASE_SECONDS = LEASE_SECONDS
    if moment == "switched":
        switch = Catalog.switch
        Catalog.switch = lambda *of: stop(switch(*of))
    progress = stop if moment == "writing" else None
    with opener(url.split(","), prefix, Path(folder)) as open_it:
        build.reindex(open_it(), HashEncoder(), command="bayan reindex", progress=progress)


if __name__ == "__main__":
    main()
