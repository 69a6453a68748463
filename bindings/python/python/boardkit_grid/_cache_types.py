"""Options and results of a cache."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypedDict


class CacheOptions(TypedDict, total=False):
    """Bounds of a cache. Both caps hold at every instant."""

    max_entries: int
    """Most entries, from 1 to 2^31 - 1. Default: 10,000."""
    max_bytes: int
    """Most bytes: keys and values as UTF-8, and 80 bytes of overhead per entry, 94 with `s3fifo`. Default: 8 MiB."""
    policy: Literal["lru", "s3fifo"]
    """Which entries the caps evict, after expired ones: exactly the least recently used ones; or those with hardly any use since they
    were added. Default: `lru`, which alone the fallback has: another policy is an `ExtensionError`."""
    ttl_ms: float | None
    """How long an entry without its own `ttl_ms` lives, in milliseconds, up to 100 years. Default: None, for ever."""
    sliding_ttl: bool
    """Whether a read or a `touch` restarts the time to live of its entry. Default: False."""
    keep: bool
    """Whether a named cache stays, with its entries, while no object has it open, until `Cache.forget`. Default: False."""
    profile: str
    """A class of memory with caps for those left out; `auto` measures the machine. Default: GRID_PROFILE, or none."""


class CacheStats(NamedTuple):
    """Counts since a cache was made, and its current sizes."""

    hits: int
    """Reads that found their key: `get`, `get_buffer`, `get_json`, `get_many`, `take`, `get_or_insert` and `fetch`."""
    misses: int
    """Reads of these kinds that did not find their key."""
    inserts: int
    """Entries that were added under a new key."""
    updates: int
    """Entries that replaced an entry of their key."""
    evicted_for_entries: int
    evicted_for_bytes: int
    evicted_by_resize: int
    expirations: int
    """Expired entries that were removed, by any call."""
    deletes: int
    """Entries that `delete`, `delete_many` and `take` removed."""
    cleared: int
    """Entries that `clear` and `restore` removed."""
    refused: int
    """Entries that were refused because they are larger than the cache."""
    entries: int
    """Current entries, as `len` counts them."""
    nbytes: int
    """Current bytes."""
    peak_entries: int
    """Most entries at any instant since the cache was made or resized."""
    peak_bytes: int
    max_entries: int
    """The current cap of entries."""
    max_bytes: int
    """The current cap of bytes."""
    leases: int
    """Current leases of `fetch`; a lease that ended by its time counts until its key is fetched again."""


class Restored(NamedTuple):
    """The result of `Cache.restore`."""

    entries: int
    """Entries in the cache now."""
    left_out: int
    """Entries for which the caps left no room."""
