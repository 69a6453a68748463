"""The calls of `boardkit_grid.Cache` in plain Python: those of the extension's `Cache`."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Any, NoReturn

from .._errors import ArgumentError, LimitError
from .._undefined import UNDEFINED, Undefined
from .arguments import OWN, key_of, keys_of, ttl_of, value_of
from .entries import Entries, current_micros, starting
from .events import Subscription, tell
from .limits import LONGEST_TTL, NEVER, check_same_options, checked_cap, clock_ttl, micros_of, number_of, settings_of
from .order import MAIN, Entry
from .snapshot import SnapshotEntry, decode, encode

_WHOLE_NUMBER = re.compile(r"([+-]?)0*([0-9]{1,19})")
"""Of as many digits as 64 bits hold: Python reads no texts of thousands."""
_CLOSED = "this handle of the cache is closed: open the cache again, or close it later"
_UNPICKLABLE = (
    "a boardkit_grid.Cache cannot be pickled or copied: it is one of this process; open it by its name, or give the other process its "
    "snapshot()"
)


class Store:
    """A cache that objects share, and its lock."""

    _named: dict[str, Store] = {}  # noqa: RUF012 -- One for the process.
    # Reentrant: a collection of garbage may run a `__del__` that closes a named cache, in the thread that has it.
    _named_lock = threading.RLock()

    def __init__(self, options: dict[str, Any]) -> None:
        self.lock = threading.RLock()
        self.settings = settings_of(options)
        self.entries = Entries(self.settings)

    @staticmethod
    def make(options: dict[str, Any]) -> Store:
        """Make a cache of its own."""
        return Store(options)

    @staticmethod
    def open(name: str, options: dict[str, Any], defaults: dict[str, Any]) -> Store:
        """Return the named cache of this process; the defaults count where it is made."""
        with Store._named_lock:
            there = Store._named.get(name)
            if there is None:
                there = Store._named[name] = Store({**defaults, **options})
            else:
                check_same_options(name, there.settings, options)
            return there

    @staticmethod
    def forget(name: str) -> bool:
        """Take a name out of the process; return whether it was there."""
        with Store._named_lock:
            return Store._named.pop(name, None) is not None

    def is_same(self, other: Store) -> bool:
        """Whether two are of one cache."""
        return self is other

    def release(self, name: str) -> None:
        """Forget a name that nobody has open any more."""
        with Store._named_lock:
            if not self.settings.keep and Store._named.get(name) is self:
                del Store._named[name]


class Cache:
    """The base of `boardkit_grid.Cache`, which documents what is public."""

    _store: Store

    def __new__(cls, store: Store) -> Cache:  # noqa: PYI034 -- Not for subclasses of others to call.
        made = object.__new__(cls)
        made._store = store
        return made

    @property
    def _open(self) -> Store:
        store: Store | None = vars(self).get("_store")
        if store is None:
            raise ArgumentError(_CLOSED)
        return store

    def get(self, key: str, default: Any = None) -> Any:
        entry = self._read(key)
        return default if entry is None else entry.value

    def get_buffer(self, key: str, default: Any = None) -> Any:
        entry = self._read(key)
        if entry is None:
            return default
        return entry.value.encode() if isinstance(entry.value, str) else entry.value

    def peek(self, key: str, default: Any = None) -> Any:
        store, key = self._open, key_of(key)
        with store.lock:
            entry = store.entries.look(key, current_micros())
        return default if entry is None else entry.value

    def has(self, key: str) -> bool:
        store, key = self._open, key_of(key)
        with store.lock:
            return store.entries.look(key, current_micros()) is not None

    def set(self, key: str, value: Any, *, ttl_ms: Any = OWN) -> None:
        store, key, value, ttl = self._open, key_of(key), value_of(value), ttl_of(ttl_ms)
        try:
            with store.lock:
                now = current_micros()
                store.entries.put(key, value, starting(now, clock_ttl(ttl, store.settings.ttl)), now)
        finally:
            tell()

    def delete(self, key: str) -> bool:
        return self._remove(key) is not None

    def take(self, key: str, default: Any = None) -> Any:
        entry = self._remove(key, read=True)
        return default if entry is None else entry.value

    def get_or_insert(self, key: str, value: Any, *, ttl_ms: Any = OWN) -> Any:
        store, key, value, ttl = self._open, key_of(key), value_of(value), ttl_of(ttl_ms)
        try:
            with store.lock:
                now, entries = current_micros(), store.entries
                if entries.live(key, now) is not None:
                    entry = entries.read(key, now)
                else:
                    entries.check_size(key, value)
                    entries.count_read(None)
                    entry = entries.put(key, value, starting(now, clock_ttl(ttl, store.settings.ttl)), now)
        finally:
            tell()
        return None if entry is None else entry.value

    def incr(self, key: str, by: Any = 1, *, ttl_ms: Any = OWN) -> int:
        store, key, ttl = self._open, key_of(key), ttl_of(ttl_ms)
        if isinstance(by, bool) or not isinstance(by, int) or not _holds(by):
            raise ArgumentError(f"what to add must be an int from -2^63 to 2^63-1; got {type(by).__name__}: leave it out for 1")
        try:
            with store.lock:
                now, entries = current_micros(), store.entries
                entries.check_size(key, "")
                entry = entries.live(key, now)
                if entry is None:
                    entries.put(key, str(int(by)), starting(now, clock_ttl(ttl, store.settings.ttl)), now)
                    return int(by)
                count = _count_of(entry.value)
                if not _holds(count + by):
                    raise LimitError(f"{count} and {by} add up to more than 64 bits hold: set the value anew, or count in larger units")
                entries.put(key, str(count + by), entries.renewed(entry, now), now)
                return count + by
        finally:
            tell()

    def touch(self, key: str) -> bool:
        store, key = self._open, key_of(key)
        with store.lock:
            now = current_micros()
            entry = store.entries.live(key, now)
            if entry is not None:
                store.entries.touch(entry, now)
        tell()
        return entry is not None

    def expire(self, key: str, ttl_ms: Any) -> bool:
        store, key, ttl = self._open, key_of(key), micros_of(ttl_ms)
        with store.lock:
            now = current_micros()
            entry = store.entries.live(key, now)
            if entry is not None:
                store.entries.table.set_life(entry, *starting(now, ttl))
        tell()
        return entry is not None

    def ttl(self, key: str) -> float | Undefined | None:
        store, key = self._open, key_of(key)
        with store.lock:
            now = current_micros()
            entry = store.entries.look(key, now)
            if entry is None:
                return UNDEFINED
            return None if entry.deadline == NEVER else (entry.deadline - now) / 1000

    def get_many(self, keys: Iterable[str]) -> list[Any]:
        return [self.get(key) for key in keys_of(keys)]

    def delete_many(self, keys: Iterable[str]) -> int:
        return sum(self.delete(key) for key in keys_of(keys))

    @property
    def nbytes(self) -> int:
        store = self._open
        with store.lock:
            return store.entries.table.nbytes

    def cleanup_expired(self) -> int:
        store = self._open
        with store.lock:
            removed = store.entries.remove_expired(current_micros())
        tell()
        return removed

    def clear(self) -> None:
        store = self._open
        with store.lock:
            store.entries.swap(Entries(store.settings).table)

    def resize(self, *, max_entries: Any = None, max_bytes: Any = None) -> int:
        store = self._open
        policy = store.settings.policy
        with store.lock:
            entries = store.entries
            new_entries = entries.max_entries if max_entries is None else checked_cap("max_entries", policy, max_entries)
            new_bytes = entries.max_bytes if max_bytes is None else checked_cap("max_bytes", policy, max_bytes)
            evicted = entries.resize(new_entries, new_bytes, current_micros())
        tell()
        return evicted

    def snapshot(self) -> bytes:
        store = self._open
        with store.lock:
            now = current_micros()
            entries = [entry for entry in store.entries.table.by_leaving() if entry.deadline > now]
            return encode([_kept(entry, now, sliding=store.settings.sliding) for entry in entries])

    def __len__(self) -> int:
        store = self._open
        with store.lock:
            return len(store.entries.table)

    def __contains__(self, key: str) -> bool:
        return self.has(key)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_UNPICKLABLE)

    @property
    def closed(self) -> bool:
        return "_store" not in vars(self)

    def _close(self) -> bool:
        # In one step: of several threads one does it.
        return vars(self).pop("_store", None) is not None

    def _stats(self) -> dict[str, int]:
        store = self._open
        with store.lock:
            return store.entries.stats()

    def _set_many(self, entries: list[tuple[Any, ...]]) -> None:
        store = self._open
        given = [(key_of(key), value_of(value), micros_of(*ttl) if ttl else None) for key, value, *ttl in entries]
        try:
            with store.lock:
                for key, value, _ in given:
                    store.entries.check_size(key, value)
                for key, value, ttl in given:
                    now = current_micros()
                    store.entries.put(key, value, starting(now, clock_ttl(ttl, store.settings.ttl)), now)
        finally:
            tell()

    def _key_page(self, cursor: int, limit: int) -> tuple[list[str], int | None]:
        # All at once: it holds the values, and not much more than their list.
        entries, end = self._entry_page(cursor, limit)
        return [key for key, _ in entries], end

    def _entry_page(self, cursor: int, limit: int) -> tuple[list[tuple[str, Any]], int | None]:
        del cursor, limit
        store = self._open
        with store.lock:
            now = current_micros()
            return [(entry.key, entry.value) for entry in store.entries.table.entries() if entry.deadline > now], None

    def _restore(self, snapshot: Any) -> tuple[int, int]:
        store = self._open
        if not isinstance(snapshot, (bytes, bytearray, memoryview)):
            raise ArgumentError("a snapshot must be bytes: give what snapshot returned")
        kept = decode(bytes(snapshot))
        with store.lock:
            now = current_micros()
            built = Entries(store.settings)
            built.max_entries, built.max_bytes = store.entries.max_entries, store.entries.max_bytes
            for each in kept:
                # One that is larger than the cache is left out.
                if built.table.cost(each.key, each.value) <= built.max_bytes:
                    deadline = NEVER if each.left == NEVER else now + each.left
                    built.put(each.key, each.value, (deadline, each.ttl), now, MAIN)
            store.entries.swap(built.table)
            return len(built.table), len(kept) - len(built.table)

    def _subscribe(self, capacity: int, listeners: Any) -> Subscription:
        store = self._open
        with store.lock:
            return store.entries.subscribe(capacity, listeners, store.lock)

    def _lease(self, key: str, term_ms: Any) -> tuple[Any, int]:
        key, term = key_of(key), micros_of(number_of(term_ms, "lease_ms"))
        while True:
            store = self._open
            with store.lock:
                now, entries = current_micros(), store.entries
                entries.check_size(key, "")
                entry = entries.read(key, now)
                asked = entries.leases.ask(key, now, now + term, entries.max_bytes) if entry is None else 0
            tell()
            if entry is not None:
                return entry.value, 0
            if isinstance(asked, int):
                return None, asked
            bell, left = asked
            bell.wait(min(left / 1_000_000, threading.TIMEOUT_MAX))

    def _fulfil(self, key: str, token: int, value: Any, ttl_ms: Any = OWN) -> bool:
        store, key, value, ttl = self._open, key_of(key), value_of(value), ttl_of(ttl_ms)
        try:
            with store.lock:
                now, entries = current_micros(), store.entries
                if not entries.leases.stands(key, token, now):
                    return False
                # Before it is stored: it ends also where the value is too large.
                entries.leases.end(key)
                entries.put(key, value, starting(now, clock_ttl(ttl, store.settings.ttl)), now)
                return True
        finally:
            tell()

    def _abandon(self, key: str, token: int) -> bool:
        store, key = self._open, key_of(key)
        with store.lock:
            stood = store.entries.leases.stands(key, token, current_micros())
            if stood:
                store.entries.leases.end(key)
            return stood

    def _read(self, key: str) -> Entry | None:
        store, key = self._open, key_of(key)
        with store.lock:
            entry = store.entries.read(key, current_micros())
        tell()
        return entry

    def _remove(self, key: str, *, read: bool = False) -> Entry | None:
        store, key = self._open, key_of(key)
        with store.lock:
            entry = store.entries.remove(key, current_micros())
            if read:
                store.entries.count_read(entry)
        tell()
        return entry


def _kept(entry: Entry, now: int, *, sliding: bool) -> SnapshotEntry:
    left = NEVER if entry.deadline == NEVER else entry.deadline - now
    # What is left stands for a time to live that no read renews.
    kept = entry.ttl if sliding else left
    return SnapshotEntry(entry.key, entry.value, _shown(left), _shown(kept))


def _shown(time: int) -> int:
    """Return what a snapshot may say of a time."""
    return time if time == NEVER else min(time, LONGEST_TTL)


def _count_of(value: str | bytes) -> int:
    number = _WHOLE_NUMBER.fullmatch(value) if isinstance(value, str) else None
    if number is not None:
        count = int(number[1] + number[2])
        if _holds(count):
            return count
    raise ArgumentError(
        "the value to count up is not the text of a whole number from -2^63 to 2^63-1: set it to one first, or choose another key"
    )


def _holds(count: int) -> bool:
    return -(2**63) <= count < 2**63
