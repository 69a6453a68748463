"""Options and results of a cache."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypedDict


class CacheOptions(TypedDict, total=False):
    """Bounds of a cache. Both caps hold at every instant."""

    max_entries: int
    """Most entries, from 1 to 2^31 - 1. Default: 10,000."""
    max_bytes: int
    """Most bytes: keys and values as UTF-8, and 80 bytes of overhead for each entry, 94 with `s3fifo`. Default: 8 MiB."""
    policy: Literal["lru", "s3fifo"]
    """Which entries leave for the caps, after those that have expired: the least recently used ones, exactly; or those that were hardly
    used since they came in. Default: `lru`, which alone the fallback has: another policy is an `ExtensionError`."""
    ttl_ms: float | None
    """How long an entry lives unless its own says otherwise, in milliseconds, up to 100 years. Default: None, for ever."""
    sliding_ttl: bool
    """Whether a read or a `touch` starts the time to live of its entry anew. Default: False."""
    keep: bool
    """Whether a named cache stays, with its entries, when nobody has it open, until `Cache.forget`. Default: False."""
    profile: str
    """A class of memory, whose caps are taken in place of those left out; `auto` looks at the machine. Default: GRID_PROFILE, or none."""


class CacheStats(NamedTuple):
    """Counts since a cache was made, and what it holds now."""

    hits: int
    """Reads that found their key: `get`, `get_buffer`, `get_json`, `get_many`, `take`, `get_or_insert` and `fetch`."""
    misses: int
    """Reads of these kinds that did not."""
    inserts: int
    """Entries that came in under a key that was not there."""
    updates: int
    """Entries that took the place of one under their key."""
    evicted_for_entries: int
    evicted_for_bytes: int
    evicted_by_resize: int
    expirations: int
    """Expired entries that were removed, by whatever call."""
    deletes: int
    """Entries that `delete`, `delete_many` and `take` removed."""
    cleared: int
    """Entries that `clear` and `restore` removed."""
    refused: int
    """Entries that were too large to come in."""
    entries: int
    """Entries held now, as `len` counts them."""
    nbytes: int
    """Bytes held now."""
    peak_entries: int
    """Most entries held at any instant since the cache was made or resized."""
    peak_bytes: int
    max_entries: int
    """The cap of entries now."""
    max_bytes: int
    """The cap of bytes now."""
    leases: int
    """Leases of `fetch` that stand; one that ended by its time counts until its key is asked for."""


class Restored(NamedTuple):
    """What `Cache.restore` brought."""

    entries: int
    """Entries that the cache holds now."""
    left_out: int
    """Entries that the caps left no room for."""
