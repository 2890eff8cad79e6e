"""`python -m indexer` is `bayan`."""

from indexer.cli import main

main()
