"""The entries of a cache in two orders: of leaving, and of expiry."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import count

from .limits import ENTRY_OVERHEADS, NEVER
from .order import Entry, Lru, Order, S3Fifo, Usage

_LEAST_HEAP = 64


class Table:
    """Entries; it knows no caps."""

    def __init__(self, policy: str) -> None:
        self._by_key: dict[str, Entry] = {}
        self._order: Order = Lru() if policy == "lru" else S3Fifo()
        self._overhead = ENTRY_OVERHEADS[policy]
        # What was removed or got another deadline stays in here until it comes out, or until half are such.
        self._deadlines: list[tuple[int, int, Entry]] = []
        self._counter = count()
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, key: str) -> Entry | None:
        """Return the entry of a key."""
        return self._by_key.get(key)

    def cost(self, key: str, value: str | bytes) -> int:
        """Bytes that an entry counts."""
        return _length(key) + _length(value) + self._overhead

    def entries(self) -> Iterator[Entry]:
        """All entries."""
        return iter(self._by_key.values())

    def by_leaving(self) -> Iterator[Entry]:
        """All entries, those that would leave first in front."""
        return self._order.by_leaving()

    def victim(self, measure: str) -> Entry:
        """Return the entry that has to leave for a cap; there is one."""
        return self._order.victim(len(self), self.nbytes, measure)

    def due(self, now: int) -> Entry | None:
        """Return an entry that has expired, the earliest first."""
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, _, entry = self._deadlines[0]
            if not entry.gone and entry.deadline == deadline:
                return entry
            heapq.heappop(self._deadlines)
        return None

    def insert(self, entry: Entry, usage: Usage | None) -> None:
        """Put an entry in as the newest; its key is not in. Without a usage it is new to the policy."""
        self._by_key[entry.key] = entry
        self._order.insert(entry, usage)
        self.nbytes += entry.cost
        self._await(entry)

    def remove(self, entry: Entry, *, evicted: bool) -> None:
        """Take an entry out; one that is evicted may be remembered for a while."""
        del self._by_key[entry.key]
        entry.gone = True
        self._order.remove(entry, evicted=evicted, left=len(self))
        self.nbytes -= entry.cost

    def touch(self, entry: Entry) -> None:
        """Note a use of an entry."""
        self._order.touch(entry)

    def set_life(self, entry: Entry, deadline: int, ttl: int) -> None:
        """Give an entry another time."""
        entry.ttl = ttl
        if entry.deadline != deadline:
            entry.deadline = deadline
            self._await(entry)

    def _await(self, entry: Entry) -> None:
        if entry.deadline == NEVER:
            return
        heapq.heappush(self._deadlines, (entry.deadline, next(self._counter), entry))
        if len(self._deadlines) > max(2 * len(self), _LEAST_HEAP):
            live = (each for each in self._by_key.values() if each.deadline != NEVER)
            self._deadlines = [(each.deadline, next(self._counter), each) for each in live]
            heapq.heapify(self._deadlines)


def _length(value: str | bytes) -> int:
    return len(value) if isinstance(value, bytes) or value.isascii() else len(value.encode())
