"""Reading releases, building and swapping indices, and the command line. Knows `search`."""
