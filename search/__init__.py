"""Documents, queries, engines, embeddings, fusion, highlighting and evaluation. Knows `analyzers`; never `indexer` or `web`."""
