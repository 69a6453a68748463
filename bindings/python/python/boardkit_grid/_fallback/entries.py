"""The rules of the crate grid-cache, src/store.rs, for the policy lru. The caller holds the lock."""

from __future__ import annotations

import heapq
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from .events import Subscription
from .leases import Leases
from .limits import NEVER, Settings, cost_of, too_large

_COUNTS = {
    "entries": "evicted_for_entries",
    "bytes": "evicted_for_bytes",
    "resize": "evicted_by_resize",
    "expired": "expirations",
    "deleted": "deletes",
}
_STATS = ("hits", "misses", "inserts", "updates", *_COUNTS.values(), "cleared", "refused", "peak_entries", "peak_bytes")
_LEAST_HEAP = 64


@dataclass
class Entry:
    """An entry. Times are microseconds of the clock of the cache."""

    key: str
    value: str | bytes
    cost: int
    deadline: int
    ttl: int
    gone: bool = False


def current_micros() -> int:
    """Return the time in whole microseconds, from a clock that is never set."""
    return time.monotonic_ns() // 1000


def starting(now: int, ttl: int) -> tuple[int, int]:
    """Return the deadline and the time to live of a life that starts now."""
    return (NEVER if ttl == NEVER else now + ttl), ttl


class Entries:
    """The entries of a cache within its caps, their counts, and the queues of events."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.max_entries = settings.max_entries
        self.max_bytes = settings.max_bytes
        self.nbytes = 0
        self.leases = Leases()
        # The least recently used entry first.
        self._by_key: OrderedDict[str, Entry] = OrderedDict()
        # An entry that is gone or has another deadline stays in the heap until it is the first, or until half of the heap is such.
        self._by_deadline: list[tuple[int, int, Entry]] = []
        self._counter = count()
        self._queues: list[Subscription] = []
        self._stats = dict.fromkeys(_STATS, 0)

    def __len__(self) -> int:
        return len(self._by_key)

    def stats(self) -> dict[str, int]:
        """Return the counts, the sizes and the caps."""
        return {
            **self._stats,
            "entries": len(self),
            "nbytes": self.nbytes,
            "max_entries": self.max_entries,
            "max_bytes": self.max_bytes,
            "leases": len(self.leases),
        }

    def all(self, now: int) -> Iterator[Entry]:
        """Iterate over the entries that have not expired."""
        return (entry for entry in self._by_key.values() if entry.deadline > now)

    def check_size(self, key: str, value: str | bytes) -> None:
        """Refuse an entry that is larger than the cache."""
        cost = cost_of(key, value)
        if cost > self.max_bytes:
            self._stats["refused"] += 1
            raise too_large(cost, self.max_bytes)

    def live(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key that has not expired; remove an expired one."""
        entry = self._by_key.get(key)
        if entry is None or entry.deadline > now:
            return entry
        self._discard(entry, "expired")
        return None

    def look(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key that has not expired; change nothing."""
        entry = self._by_key.get(key)
        return entry if entry is not None and entry.deadline > now else None

    def read(self, key: str, now: int) -> Entry | None:
        """Return the entry of a key; count a read and mark the entry as used."""
        entry = self.live(key, now)
        self.count_read(entry)
        if entry is not None:
            self.touch(entry, now)
        return entry

    def count_read(self, entry: Entry | None) -> None:
        """Count a hit or a miss."""
        self._stats["misses" if entry is None else "hits"] += 1

    def touch(self, entry: Entry, now: int) -> None:
        """Make an entry the newest, and restart its time to live if reads do that."""
        self._by_key.move_to_end(entry.key)
        self.set_life(entry, *self.renewed(entry, now))

    def renewed(self, entry: Entry, now: int) -> tuple[int, int]:
        """Return the deadline and the time to live of an entry after a read."""
        return starting(now, entry.ttl) if self.settings.sliding else (entry.deadline, entry.ttl)

    def set_life(self, entry: Entry, deadline: int, ttl: int) -> None:
        """Set the deadline and the time to live of an entry."""
        entry.ttl = ttl
        if entry.deadline != deadline:
            entry.deadline = deadline
            self._schedule(entry)

    def life(self, ttl: int | None, now: int) -> tuple[int, int]:
        """Return the deadline and the time to live of a new entry; None is the time to live of the cache."""
        return starting(now, self.settings.ttl if ttl is None else ttl)

    def put(self, key: str, value: str | bytes, life: tuple[int, int], now: int) -> Entry:
        """Add an entry as the newest, after making room for it. Change nothing if it cannot be added."""
        self.check_size(key, value)
        old = self.live(key, now)
        if old is not None:
            self._discard(old, "replaced")
        entry = Entry(key, value, cost_of(key, value), *life)
        while len(self) >= self.max_entries:
            self._evict(now, "entries")
        while self.nbytes + entry.cost > self.max_bytes:
            self._evict(now, "bytes")
        self._by_key[key] = entry
        self.nbytes += entry.cost
        self._schedule(entry)
        self._stats["inserts" if old is None else "updates"] += 1
        self._stats["peak_entries"] = max(self._stats["peak_entries"], len(self))
        self._stats["peak_bytes"] = max(self._stats["peak_bytes"], self.nbytes)
        self.leases.end(key)
        return entry

    def remove(self, key: str, now: int) -> Entry | None:
        """Remove a key and end its lease, so that a value which is being computed is not stored."""
        self.leases.end(key)
        entry = self.live(key, now)
        if entry is not None:
            self._discard(entry, "deleted")
        return entry

    def remove_expired(self, now: int) -> int:
        """Remove the expired entries; return their number."""
        removed = 0
        while (entry := self._due(now)) is not None:
            self._discard(entry, "expired")
            removed += 1
        return removed

    def resize(self, max_entries: int, max_bytes: int, now: int) -> int:
        """Set the caps and evict until they hold; return the number of evicted entries that had not expired."""
        before = self._stats["evicted_by_resize"]
        self.max_entries, self.max_bytes = max_entries, max_bytes
        while len(self) > max_entries or self.nbytes > max_bytes:
            self._evict(now, "resize")
        self._stats["peak_entries"] = len(self)
        self._stats["peak_bytes"] = self.nbytes
        return self._stats["evicted_by_resize"] - before

    def clear(self) -> None:
        """Remove all entries and end all leases."""
        self._stats["cleared"] += len(self)
        self._by_key.clear()
        self._by_deadline.clear()
        self.nbytes = 0
        self.leases.end_all()

    def subscribe(self, capacity: int, listeners: Any, lock: threading.RLock) -> Subscription:
        """Queue evictions and expirations."""
        queue = Subscription(capacity, listeners, lock, self._forget)
        self._queues.append(queue)
        return queue

    def _forget(self, queue: Subscription) -> None:
        if queue in self._queues:
            self._queues.remove(queue)

    def _evict(self, now: int, reason: str) -> None:
        """Remove an expired entry, or the least recently used one if none has expired."""
        due = self._due(now)
        if due is None:
            self._discard(next(iter(self._by_key.values())), reason)
        else:
            self._discard(due, "expired")

    def _due(self, now: int) -> Entry | None:
        """Return the entry that expired first."""
        while self._by_deadline and self._by_deadline[0][0] <= now:
            deadline, _, entry = self._by_deadline[0]
            if not entry.gone and entry.deadline == deadline:
                return entry
            heapq.heappop(self._by_deadline)
        return None

    def _schedule(self, entry: Entry) -> None:
        if entry.deadline == NEVER:
            return
        heapq.heappush(self._by_deadline, (entry.deadline, next(self._counter), entry))
        if len(self._by_deadline) > max(2 * len(self), _LEAST_HEAP):
            live = (each for each in self._by_key.values() if each.deadline != NEVER)
            self._by_deadline = [(each.deadline, next(self._counter), each) for each in live]
            heapq.heapify(self._by_deadline)

    def _discard(self, entry: Entry, reason: str) -> None:
        """Remove an entry, count it and queue its event."""
        del self._by_key[entry.key]
        entry.gone = True
        self.nbytes -= entry.cost
        # The new value of a replaced entry counts as the update.
        if reason == "replaced":
            return
        self._stats[_COUNTS[reason]] += 1
        if reason != "deleted":
            for queue in self._queues:
                queue.push(entry.key, reason)
