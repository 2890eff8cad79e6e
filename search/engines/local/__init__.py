"""The embedded engine: SQLite holds the truth, tantivy the words, a memory-mapped matrix the vectors.

<data>/catalog.sqlite                   which generation serves, the lock, the audit log
<data>/vectors.sqlite                   raw vectors by model and passage hash; outlives generations
<data>/generations/<name>/releases.sqlite   releases and passages: the truth
<data>/generations/<name>/words/<lang>/     tantivy: derived, replayed after a crash
<data>/generations/<name>/vectors.f32       centred vectors, one row a passage: derived, as words
"""
