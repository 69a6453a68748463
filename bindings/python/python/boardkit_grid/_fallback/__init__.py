"""The cache in plain Python, for where the extension cannot be loaded.

It behaves as the extension's does: the rules are those of the crate grid-cache, and one lock guards each cache.
"""
