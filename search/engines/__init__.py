"""Engines behind one contract, `search.engines.base`."""
