"""The calls of `boardkit_grid.Cache` in plain Python: those of `Cache` in the extension."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from .._errors import ArgumentError, LimitError
from .._extension import needs_extension
from .._undefined import UNDEFINED, Undefined
from .arguments import OWN, key_of, keys_of, ttl_of, value_of
from .entries import Entries, Entry, current_micros, starting
from .events import Subscription, notify
from .limits import NEVER, checked_cap, micros_of, number_of
from .store import Store

_WHOLE_NUMBER = re.compile(r"([+-]?)0*([0-9]{1,19})")
"""With at most 19 digits, as many as 64 bits hold: Python refuses to read thousands of digits."""
_CLOSED = "this handle of the cache is closed: open the cache again, or close it later"
_UNPICKLABLE = (
    "a boardkit_grid.Cache cannot be pickled or copied: it is one of this process; open it by its name, or give the other process its "
    "snapshot()"
)


class Cache:
    """The base of `boardkit_grid.Cache`, which documents the public calls."""

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

    @contextmanager
    def _locked(self) -> Iterator[tuple[Entries, int]]:
        """Hold the lock for a call that may remove entries, and call the listeners afterwards."""
        store = self._open
        try:
            with store.lock:
                yield store.entries, current_micros()
        finally:
            notify()

    def get(self, key: str, default: Any = None) -> Any:
        entry = self._read(key)
        return default if entry is None else entry.value

    def get_buffer(self, key: str, default: Any = None) -> Any:
        entry = self._read(key)
        if entry is None:
            return default
        return entry.value.encode() if isinstance(entry.value, str) else entry.value

    def peek(self, key: str, default: Any = None) -> Any:
        entry, _ = self._look(key)
        return default if entry is None else entry.value

    def has(self, key: str) -> bool:
        return self._look(key)[0] is not None

    def set(self, key: str, value: Any, *, ttl_ms: Any = OWN) -> None:
        key, value, ttl = key_of(key), value_of(value), ttl_of(ttl_ms)
        with self._locked() as (entries, now):
            entries.put(key, value, entries.life(ttl, now), now)

    def delete(self, key: str) -> bool:
        return self._remove(key) is not None

    def take(self, key: str, default: Any = None) -> Any:
        entry = self._remove(key, read=True)
        return default if entry is None else entry.value

    def get_or_insert(self, key: str, value: Any, *, ttl_ms: Any = OWN) -> Any:
        key, value, ttl = key_of(key), value_of(value), ttl_of(ttl_ms)
        with self._locked() as (entries, now):
            if (entry := entries.live(key, now)) is not None:
                entries.read(key, now)
                return entry.value
            entries.check_size(key, value)
            entries.count_read(None)
            return entries.put(key, value, entries.life(ttl, now), now).value

    def incr(self, key: str, by: Any = 1, *, ttl_ms: Any = OWN) -> int:
        key, ttl = key_of(key), ttl_of(ttl_ms)
        if isinstance(by, bool) or not isinstance(by, int) or not _fits(by):
            raise ArgumentError(f"what to add must be an int from -2^63 to 2^63-1; got {type(by).__name__}: leave it out for 1")
        with self._locked() as (entries, now):
            entries.check_size(key, "")
            entry = entries.live(key, now)
            if entry is None:
                entries.put(key, str(int(by)), entries.life(ttl, now), now)
                return int(by)
            count = _count_of(entry.value)
            if not _fits(count + by):
                raise LimitError(f"{count} and {by} add up to more than 64 bits hold: set the value again, or count in larger units")
            entries.put(key, str(count + by), entries.renewed(entry, now), now)
            return count + by

    def touch(self, key: str) -> bool:
        key = key_of(key)
        with self._locked() as (entries, now):
            entry = entries.live(key, now)
            if entry is not None:
                entries.touch(entry, now)
            return entry is not None

    def expire(self, key: str, ttl_ms: Any) -> bool:
        key, ttl = key_of(key), micros_of(ttl_ms)
        with self._locked() as (entries, now):
            entry = entries.live(key, now)
            if entry is not None:
                entries.set_life(entry, *starting(now, ttl))
            return entry is not None

    def ttl(self, key: str) -> float | Undefined | None:
        entry, now = self._look(key)
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
            return store.entries.nbytes

    def cleanup_expired(self) -> int:
        with self._locked() as (entries, now):
            return entries.remove_expired(now)

    def clear(self) -> None:
        with self._locked() as (entries, _):
            entries.clear()

    def resize(self, *, max_entries: Any = None, max_bytes: Any = None) -> int:
        with self._locked() as (entries, now):
            new_entries = entries.max_entries if max_entries is None else checked_cap("max_entries", max_entries)
            new_bytes = entries.max_bytes if max_bytes is None else checked_cap("max_bytes", max_bytes)
            return entries.resize(new_entries, new_bytes, now)

    def snapshot(self) -> NoReturn:
        # Raises if it is closed.
        _ = self._open
        raise needs_extension("snapshot()")

    def __len__(self) -> int:
        store = self._open
        with store.lock:
            return len(store.entries)

    def __contains__(self, key: str) -> bool:
        return self.has(key)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_UNPICKLABLE)

    @property
    def closed(self) -> bool:
        return "_store" not in vars(self)

    def _close(self) -> bool:
        # In one step, so that one of several threads does it.
        return vars(self).pop("_store", None) is not None

    def _stats(self) -> dict[str, int]:
        store = self._open
        with store.lock:
            return store.entries.stats()

    def _set_many(self, given: list[tuple[Any, ...]]) -> None:
        checked = [(key_of(key), value_of(value), micros_of(*ttl) if ttl else None) for key, value, *ttl in given]
        with self._locked() as (entries, _):
            for key, value, _ttl in checked:
                entries.check_size(key, value)
            for key, value, ttl in checked:
                now = current_micros()
                entries.put(key, value, entries.life(ttl, now), now)

    def _key_page(self, cursor: int, limit: int) -> tuple[list[str], int | None]:
        # All on one page: the list holds references to the values, so it is small.
        entries, end = self._entry_page(cursor, limit)
        return [key for key, _ in entries], end

    def _entry_page(self, cursor: int, limit: int) -> tuple[list[tuple[str, Any]], int | None]:
        del cursor, limit
        store = self._open
        with store.lock:
            return [(entry.key, entry.value) for entry in store.entries.all(current_micros())], None

    def _restore(self, snapshot: Any) -> NoReturn:
        _ = self._open
        if not isinstance(snapshot, (bytes, bytearray, memoryview)):
            raise ArgumentError("a snapshot must be bytes: give what snapshot returned")
        raise needs_extension("restore()")

    def _subscribe(self, capacity: int, listeners: Any) -> Subscription:
        store = self._open
        with store.lock:
            return store.entries.subscribe(capacity, listeners, store.lock)

    def _lease(self, key: str, term_ms: Any) -> tuple[Any, int]:
        key, term = key_of(key), micros_of(number_of(term_ms, "lease_ms"))
        while True:
            with self._locked() as (entries, now):
                entries.check_size(key, "")
                entry = entries.read(key, now)
                asked = entries.leases.ask(key, now, now + term, entries.max_bytes) if entry is None else 0
            if entry is not None:
                return entry.value, 0
            if isinstance(asked, int):
                return None, asked
            asked.ended.wait(min((asked.ends - now) / 1_000_000, threading.TIMEOUT_MAX))

    def _fulfil(self, key: str, token: int, value: Any, ttl_ms: Any = OWN) -> bool:
        key, value, ttl = key_of(key), value_of(value), ttl_of(ttl_ms)
        with self._locked() as (entries, now):
            if not entries.leases.stands(key, token, now):
                return False
            # First: the lease ends also if the value is too large.
            entries.leases.end(key)
            entries.put(key, value, entries.life(ttl, now), now)
            return True

    def _abandon(self, key: str, token: int) -> bool:
        key = key_of(key)
        with self._locked() as (entries, now):
            stood = entries.leases.stands(key, token, now)
            if stood:
                entries.leases.end(key)
            return stood

    def _read(self, key: str) -> Entry | None:
        key = key_of(key)
        with self._locked() as (entries, now):
            return entries.read(key, now)

    def _look(self, key: str) -> tuple[Entry | None, int]:
        """Return an entry that has not expired, and the time of the look."""
        key = key_of(key)
        with self._locked() as (entries, now):
            return entries.look(key, now), now

    def _remove(self, key: str, *, read: bool = False) -> Entry | None:
        key = key_of(key)
        with self._locked() as (entries, now):
            entry = entries.remove(key, now)
            if read:
                entries.count_read(entry)
            return entry


def _count_of(value: str | bytes) -> int:
    number = _WHOLE_NUMBER.fullmatch(value) if isinstance(value, str) else None
    if number is not None:
        count = int(number[1] + number[2])
        if _fits(count):
            return count
    raise ArgumentError(
        "the value to count up is not the text of a whole number from -2^63 to 2^63-1: set it to one first, or choose another key"
    )


def _fits(count: int) -> bool:
    return -(2**63) <= count < 2**63
