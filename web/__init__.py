"""The web front end and the JSON API. Knows `search`; never `indexer`."""
