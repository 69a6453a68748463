"""The rules of the crate grid-cache, src/store.rs. Whoever calls holds the lock."""

from __future__ import annotations

import threading
import time
from typing import Any

from .events import Subscription
from .leases import Leases
from .limits import NEVER, Settings, too_large
from .order import Entry, Usage
from .table import Table

_COUNTS = {
    "entries": "evicted_for_entries",
    "bytes": "evicted_for_bytes",
    "resize": "evicted_by_resize",
    "expired": "expirations",
    "deleted": "deletes",
}
_EVICTIONS = frozenset({"entries", "bytes", "resize"})
_STATS = ("hits", "misses", "inserts", "updates", *_COUNTS.values(), "cleared", "refused", "peak_entries", "peak_bytes")


def current_micros() -> int:
    """Return the time in whole microseconds, from a clock that nobody sets."""
    return time.monotonic_ns() // 1000


def starting(now: int, ttl: int) -> tuple[int, int]:
    """Return the deadline and the time to live of a life that starts now."""
    return (NEVER if ttl == NEVER else now + ttl), ttl


class Entries:
    """The entries of a cache within its caps, what is counted of them, and who is told."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.max_entries = settings.max_entries
        self.max_bytes = settings.max_bytes
        self.table = Table(settings.policy)
        self.leases = Leases()
        self._queues: list[Subscription] = []
        self._stats = dict.fromkeys(_STATS, 0)

    def stats(self) -> dict[str, int]:
        """Return what was counted, and what is held."""
        return {
            **self._stats,
            "entries": len(self.table),
            "nbytes": self.table.nbytes,
            "max_entries": self.max_entries,
            "max_bytes": self.max_bytes,
            "leases": len(self.leases),
        }

    def check_size(self, key: str, value: str | bytes) -> None:
        """Refuse an entry that is larger than the cache."""
        cost = self.table.cost(key, value)
        if cost > self.max_bytes:
            self._stats["refused"] += 1
            raise too_large(cost, self.settings.policy, self.max_bytes)

    def live(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key that has not expired; an expired one is removed."""
        entry = self.table.find(key)
        if entry is None or entry.deadline > now:
            return entry
        self._discard(entry, "expired")
        return None

    def look(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key that has not expired, without a trace."""
        entry = self.table.find(key)
        return entry if entry is not None and entry.deadline > now else None

    def read(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key, whose use it notes."""
        entry = self.live(key, now)
        self.count_read(entry)
        if entry is not None:
            self.touch(entry, now)
        return entry

    def count_read(self, entry: Entry | None) -> None:
        """Count a hit or a miss."""
        self._stats["misses" if entry is None else "hits"] += 1

    def touch(self, entry: Entry, now: int) -> None:
        """Note a use of an entry, and start its time anew where reads do that."""
        self.table.touch(entry)
        self.table.set_life(entry, *self.renewed(entry, now))

    def renewed(self, entry: Entry, now: int) -> tuple[int, int]:
        """Return the deadline and the time to live of an entry after a read."""
        return starting(now, entry.ttl) if self.settings.sliding else (entry.deadline, entry.ttl)

    def put(self, key: str, value: str | bytes, life: tuple[int, int], now: int, usage: Usage | None = None) -> Entry:
        """Put an entry in as the newest. Room is made before it goes in; when it cannot go in, nothing changes."""
        self.check_size(key, value)
        old = self.table.find(key)
        updated = old is not None and old.deadline > now
        if old is not None:
            self._discard(old, "replaced" if updated else "expired")
            usage = old.usage.once_more() if updated else usage
        entry = Entry(key, value, self.table.cost(key, value), *life)
        self._make_room(entry.cost, now)
        self.table.insert(entry, usage)
        self._stats["updates" if updated else "inserts"] += 1
        self._raise_peaks()
        self.leases.end(key)
        return entry

    def remove(self, key: str, now: int) -> Entry | None:
        """Remove a key and end its lease: what is being computed is to be forgotten too."""
        self.leases.end(key)
        entry = self.live(key, now)
        if entry is not None:
            self._discard(entry, "deleted")
        return entry

    def remove_expired(self, now: int) -> int:
        """Remove what has expired; return how many."""
        removed = 0
        while (entry := self.table.due(now)) is not None:
            self._discard(entry, "expired")
            removed += 1
        return removed

    def resize(self, max_entries: int, max_bytes: int, now: int) -> int:
        """Set caps, and evict until they hold; return how many live entries had to go."""
        before = self._stats["evicted_by_resize"]
        self.max_entries, self.max_bytes = max_entries, max_bytes
        while len(self.table) > max_entries or self.table.nbytes > max_bytes:
            self._evict(now, "entries" if len(self.table) > max_entries else "bytes", "resize")
        self._stats["peak_entries"] = len(self.table)
        self._stats["peak_bytes"] = self.table.nbytes
        return self._stats["evicted_by_resize"] - before

    def swap(self, table: Table) -> None:
        """Take another table in place of its own, and end all leases."""
        self._stats["cleared"] += len(self.table)
        self._stats["inserts"] += len(table)
        self.table = table
        self._raise_peaks()
        self.leases.end_all()

    def subscribe(self, capacity: int, listeners: Any, lock: threading.RLock) -> Subscription:
        """Queue evictions and expirations."""
        queue = Subscription(capacity, listeners, lock, self._forget)
        self._queues.append(queue)
        return queue

    def _forget(self, queue: Subscription) -> None:
        if queue in self._queues:
            self._queues.remove(queue)

    def _raise_peaks(self) -> None:
        self._stats["peak_entries"] = max(self._stats["peak_entries"], len(self.table))
        self._stats["peak_bytes"] = max(self._stats["peak_bytes"], self.table.nbytes)

    def _make_room(self, cost: int, now: int) -> None:
        """Evict until an entry of this cost fits under both caps: expired entries first, then whichever the policy names."""
        while len(self.table) and (len(self.table) >= self.max_entries or self.table.nbytes + cost > self.max_bytes):
            measure = "entries" if len(self.table) >= self.max_entries else "bytes"
            self._evict(now, measure, measure)

    def _evict(self, now: int, measure: str, reason: str) -> None:
        due = self.table.due(now)
        if due is None:
            self._discard(self.table.victim(measure), reason)
        else:
            self._discard(due, "expired")

    def _discard(self, entry: Entry, reason: str) -> None:
        """Remove an entry, count it and tell of it."""
        self.table.remove(entry, evicted=reason in _EVICTIONS)
        # The successor of what was replaced counts as the update.
        if reason == "replaced":
            return
        self._stats[_COUNTS[reason]] += 1
        if reason != "deleted":
            for queue in self._queues:
                queue.push(entry.key, reason)
