"""The order in which entries leave for a cap: the rules of the crate grid-cache, src/order.rs and src/s3fifo.rs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

_SMALL = 10
_MOST_USES = 3
_USES_TO_STAY = 2
_MOST_PASSED = 256


@dataclass(frozen=True)
class Usage:
    """The queue of an entry and its uses since it came there, where the policy counts them."""

    is_main: bool
    uses: int

    def once_more(self) -> Usage:
        """Return it after one more use."""
        return Usage(self.is_main, min(self.uses + 1, _MOST_USES))


NEW = Usage(is_main=False, uses=0)
MAIN = Usage(is_main=True, uses=0)
"""That of what comes to the main queue: out of a snapshot, after a while as a ghost, or from the small queue."""


@dataclass
class Entry:
    """An entry. Times are microseconds of the clock of the cache."""

    key: str
    value: str | bytes
    cost: int
    deadline: int
    ttl: int
    usage: Usage = NEW
    gone: bool = False


class Order(Protocol):
    """What a policy knows."""

    def insert(self, entry: Entry, usage: Usage | None) -> None:
        """Put an entry in as the newest; without a usage it is new to the policy."""

    def touch(self, entry: Entry) -> None:
        """Note a use."""

    def remove(self, entry: Entry, *, evicted: bool, left: int) -> None:
        """Take an entry out; `left` are those that stay."""

    def victim(self, entries: int, nbytes: int, measure: str) -> Entry:
        """Return the entry that has to leave for a cap; there is one."""

    def by_leaving(self) -> Iterator[Entry]:
        """All entries in the order in which they would leave if nothing were used any more."""


class Lru:
    """The order of use."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def insert(self, entry: Entry, usage: Usage | None) -> None:
        """See `Order`."""
        del usage
        self._entries[entry.key] = entry

    def touch(self, entry: Entry) -> None:
        """See `Order`."""
        self._entries.move_to_end(entry.key)

    def remove(self, entry: Entry, *, evicted: bool, left: int) -> None:
        """See `Order`."""
        del evicted, left, self._entries[entry.key]

    def victim(self, entries: int, nbytes: int, measure: str) -> Entry:
        """See `Order`."""
        del entries, nbytes, measure
        return next(iter(self._entries.values()))

    def by_leaving(self) -> Iterator[Entry]:
        """See `Order`."""
        return iter(self._entries.values())


class S3Fifo:
    """A small queue for what is new, a main one for what was used, and ghosts of what left the small one."""

    def __init__(self) -> None:
        self._small: OrderedDict[str, Entry] = OrderedDict()
        self._main: OrderedDict[str, Entry] = OrderedDict()
        self._ghosts: OrderedDict[str, bool] = OrderedDict()
        """Keys in the order in which they left; False for one that came back, which keeps its place."""
        self._small_bytes = 0

    def insert(self, entry: Entry, usage: Usage | None) -> None:
        """See `Order`."""
        entry.usage = usage or (MAIN if self._take_ghost(entry.key) else NEW)
        self._queue_of(entry)[entry.key] = entry
        if not entry.usage.is_main:
            self._small_bytes += entry.cost

    def touch(self, entry: Entry) -> None:
        """See `Order`."""
        entry.usage = entry.usage.once_more()

    def remove(self, entry: Entry, *, evicted: bool, left: int) -> None:
        """See `Order`."""
        self._unlink(entry)
        remembered = evicted and not entry.usage.is_main and left > 0
        while len(self._ghosts) > left - remembered:
            self._ghosts.popitem(last=False)
        if remembered:
            self._ghosts.pop(entry.key, None)
            self._ghosts[entry.key] = True

    def victim(self, entries: int, nbytes: int, measure: str) -> Entry:
        """See `Order`."""
        for _ in range(_MOST_PASSED):
            entry = self._next_out(entries, nbytes, measure)
            usage = entry.usage
            if usage.uses < (1 if usage.is_main else _USES_TO_STAY):
                return entry
            self._unlink(entry)
            self.insert(entry, Usage(is_main=True, uses=usage.uses - 1) if usage.is_main else MAIN)
        return self._next_out(entries, nbytes, measure)

    def by_leaving(self) -> Iterator[Entry]:
        """See `Order`."""
        entries = [*self._small.values(), *self._main.values()]
        # Sorting is stable: of one rank the small queue comes first, each in its order.
        return iter(sorted(entries, key=lambda entry: _rank_of(entry.usage)))

    def _queue_of(self, entry: Entry) -> OrderedDict[str, Entry]:
        return self._main if entry.usage.is_main else self._small

    def _unlink(self, entry: Entry) -> None:
        del self._queue_of(entry)[entry.key]
        if not entry.usage.is_main:
            self._small_bytes -= entry.cost

    def _take_ghost(self, key: str) -> bool:
        there = self._ghosts.get(key, False)
        if there:
            self._ghosts[key] = False
        return there

    def _next_out(self, entries: int, nbytes: int, measure: str) -> Entry:
        """Return the oldest entry of the small queue where that has more than its share, else of the main queue."""
        small, held = (len(self._small), entries) if measure == "entries" else (self._small_bytes, nbytes)
        queue = self._small if small >= max(held // _SMALL, 1) else self._main
        return next(iter(queue.values()))


def _rank_of(usage: Usage) -> int:
    """When an entry would leave if nothing were used any more."""
    if not usage.is_main:
        return 0 if usage.uses < _USES_TO_STAY else 2
    return 1 if usage.uses == 0 else 2 + usage.uses
