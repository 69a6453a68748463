"""The bounded cache."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable, Literal, cast

from ._cache_types import CacheOptions, CacheStats, Restored
from ._errors import ArgumentError, InputError, LimitError
from ._extension import native
from ._handles import shared_store
from ._listeners import Listener, Listeners, checked_event
from ._profile import environment_profile, option_profile
from ._profiles import Profile
from ._text import text_of

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from . import _native as _implementation
    from ._native import Cache as _Base
else:
    if native is None:
        from . import _fallback as _implementation
    else:
        _implementation = native
    _Base = _implementation.Cache

_PAGE = 256
"""Entries per call: enough that the call itself costs little, few enough that other threads wait for microseconds."""
_LEASE_MS = 30_000.0
_UNSET: Any = object()
"""Means the time to live of the cache."""


class Cache(_Base):
    """A bounded LRU cache with a time to live per entry, for all threads of the process.

    >>> cache = Cache(max_entries=1000, ttl_ms=60_000)
    >>> cache.set("ann", "token")
    >>> cache.get("ann")
    'token'

    Keys are str; values are str, or bytes-like, which are returned as bytes. `len(cache)` counts entries, expired ones too until their room
    is needed; `key in cache` and iteration over keys change nothing. `with` closes it.
    """

    _listeners: Listeners | None = None
    _release: Callable[[], None]

    def __new__(cls, **options: Unpack[CacheOptions]) -> Self:
        """Make a cache without a name.

        Raises:
            ArgumentError: an option is unknown or out of its range.

        """
        store = _implementation.Store.make({**_caps(environment_profile()), **_checked(options)})
        return cls._of(store, _nothing)

    @classmethod
    def open(cls, name: str, **options: Unpack[CacheOptions]) -> Self:
        """Return the named cache of this process; the first call makes it, and all threads share it.

        It lives until each of its users has closed it, or with `keep` until it is forgotten.

        Raises:
            ArgumentError: an option is unknown, out of its range, or differs from that of the open cache.

        """
        given, defaults = _checked(options), _caps(environment_profile())
        name = _name(name)
        store, release = shared_store(name, lambda: _implementation.Store.open(name, given, defaults))
        return cls._of(store, release)

    @staticmethod
    def forget(name: str) -> bool:
        """Remove a name from the process; return whether it was there. Open objects keep the cache."""
        return _implementation.Store.forget(_name(name))

    @classmethod
    def _of(cls, store: Any, release: Callable[[], None]) -> Self:
        made = _Base.__new__(cls, store)
        made._release = release
        return made

    @property
    def kind(self) -> Literal["native", "fallback"]:
        """Whether the cache is that of the extension, or of plain Python because the extension could not be loaded."""
        return "fallback" if native is None else "native"

    def set_json(self, key: str, value: object, *, ttl_ms: Any = _UNSET) -> None:
        """Store a value as JSON text.

        Raises:
            InputError: JSON cannot represent the value.

        """
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(f"JSON cannot represent the value: {error}") from error
        self.set(key, text, **({} if ttl_ms is _UNSET else {"ttl_ms": ttl_ms}))

    def get_json(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, read as JSON.

        Raises:
            InputError: the value is not JSON text.

        """
        text = self.get(key)
        if text is None:
            return default
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"the value is not JSON text: store it by set_json, or read it by get ({error})") from error

    def set_many(self, entries: Mapping[str, Any] | Iterable[Any], *, ttl_ms: Any = _UNSET) -> None:
        """Store many values, each as `set` does, in the given order.

        Args:
            entries: a mapping, or pairs of a key and a value; a third item is the time to live of that entry, as `ttl_ms` of `set`.
            ttl_ms: the time to live of the entries without a third item.

        Raises:
            LimitError: an entry alone is larger than the cache; nothing is stored then.

        """
        items = entries.items() if isinstance(entries, Mapping) else entries
        if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
            raise ArgumentError(f"the entries must be a mapping or an iterable of pairs; got {type(entries).__name__}")
        given = []
        for entry in items:
            if not isinstance(entry, (tuple, list)) or len(entry) not in (2, 3):
                raise ArgumentError(f"an entry must be a key and a value, or a key, a value and ttl_ms; got {type(entry).__name__}")
            own = len(entry) == 3 or ttl_ms is _UNSET
            given.append(tuple(entry) if own else (*entry, ttl_ms))
        self._set_many(given)

    def fetch(self, key: str, compute: Callable[[str], Any], *, ttl_ms: Any = _UNSET, lease_ms: float = _LEASE_MS) -> Any:
        """Return the value of a key; if there is none, the function computes it, once for all threads that call meanwhile.

        If it raises, so does this call, and a waiting thread computes next. A value is stored unless its key was set, counted or deleted
        meanwhile. The function must return within `lease_ms`: else its value is dropped, and the next caller computes. A function that
        fetches its own key waits for itself for that time.

        Raises:
            LimitError: the function took longer than `lease_ms`.

        """
        if not callable(compute):
            raise ArgumentError(f"what computes the value must be callable; got {type(compute).__name__}")
        value, token = self._lease(key, lease_ms)
        if token == 0:
            return value
        begun = time.monotonic()
        try:
            value = compute(key)
            stored = self._fulfil(key, token, value, *(() if ttl_ms is _UNSET else (ttl_ms,)))
        except BaseException:
            if not self.closed:
                self._abandon(key, token)
            raise
        if not stored and (time.monotonic() - begun) * 1000 >= lease_ms:
            text = f"what computes a key did not return within {lease_ms:g} ms: raise lease_ms, or have it end by itself"
            raise LimitError(text, kind="time", option="lease_ms", limit=lease_ms)
        return bytes(value) if isinstance(value, (bytearray, memoryview)) else value

    def keys(self) -> Iterator[str]:
        """Iterate over the keys, in no useful order; nothing changes.

        They are read in pages while the loop runs: a key that is there all the time comes once; a key that is added or removed
        meanwhile may be missing.
        """
        cursor: int | None = 0
        while cursor is not None:
            keys, cursor = self._key_page(cursor, _PAGE)
            yield from keys

    def entries(self) -> Iterator[tuple[str, str | bytes]]:
        """Iterate over the entries, as `keys` does over keys."""
        cursor: int | None = 0
        while cursor is not None:
            entries, cursor = self._entry_page(cursor, _PAGE)
            yield from entries

    def __iter__(self) -> Iterator[str]:
        return self.keys()

    def stats(self) -> CacheStats:
        """Return the counts and the sizes of the cache, at one instant."""
        return CacheStats(**self._stats())

    def restore(self, snapshot: bytes) -> Restored:
        """Replace all entries by those of a snapshot, in one step. Listeners get no events.

        Raises:
            ArgumentError: the bytes are not a snapshot, of another version, cut or changed; nothing changes then.
            ExtensionError: the cache is the fallback, as `kind` says.

        """
        return Restored(*self._restore(snapshot))

    def on(self, event: Literal["evicted", "expired"], listener: Listener) -> Self:
        """Call a listener with the entries that a cap evicted (`evicted`), or that were removed after their time to live (`expired`).

        The thread whose call removed them calls it after that call. At most 4096 events wait, with 1 MiB of keys; the listener gets the
        number of dropped ones. An exception that it raises goes to `sys.unraisablehook`, and the call returns normally; the call raises
        SystemExit and KeyboardInterrupt.
        """
        # In one step, as other threads may do the same.
        listeners: Listeners = vars(self).setdefault("_listeners", Listeners(self))
        listeners.add(event, listener)
        return self

    def off(self, event: Literal["evicted", "expired"], listener: Listener) -> Self:
        """Remove a listener."""
        checked_event(event)
        if self._listeners is not None:
            self._listeners.remove(event, listener)
        return self

    def close(self) -> None:
        """Close this object: its listeners are removed, and all calls except this one raise.

        A cache without a name, and a named cache without another open object, frees its memory at once. The first of several calls,
        also by several threads, closes it; the others do nothing.
        """
        if not self._close():
            return
        if self._listeners is not None:
            self._listeners.end()
        self._release()

    def __enter__(self) -> Self:
        # Raises if it is closed.
        len(self)
        return self

    def __exit__(self, *why: object) -> None:
        self.close()

    def __sizeof__(self) -> int:
        """Return the bytes of the object with its entries, which count in each object of the cache."""
        with suppress(ArgumentError):
            return super().__sizeof__() + self.nbytes
        return super().__sizeof__()

    def __repr__(self) -> str:
        if self.closed:
            return "<boardkit_grid.Cache: closed>"
        stats = self.stats()
        return (
            f"<boardkit_grid.Cache: {stats.entries} of {stats.max_entries} entries, {stats.nbytes} of {stats.max_bytes} bytes, {self.kind}>"
        )


def _checked(options: CacheOptions) -> dict[str, object]:
    """Return options, with the caps of the profile that they name."""
    given = cast("dict[str, Any]", dict(options))
    profile = option_profile(given.pop("profile", None))
    return {**_caps(profile), **given}


def _caps(profile: Profile | None) -> dict[str, object]:
    return {} if profile is None else {**profile["cache"]}


def _name(name: Any) -> str:
    return text_of(name, "the cache's name")


def _nothing() -> None:
    """Release a cache without a name."""
