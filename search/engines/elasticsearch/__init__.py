"""The engine for many machines: releases in Elasticsearch 9 indices, one a language and generation.

A stock cluster with the basic licence is enough: no plugin, no scripts, no retrievers.
"""
