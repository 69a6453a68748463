"""The caches of this process, by name or without one."""

from __future__ import annotations

import threading
from typing import Any

from .entries import Entries
from .limits import check_same_options, settings_of


class Store:
    """A cache that objects share, and its lock."""

    _named: dict[str, Store] = {}  # noqa: RUF012 -- One for the process.
    # Reentrant: garbage collection may run a `__del__` that closes a named cache, in the thread that has the lock.
    _named_lock = threading.RLock()

    def __init__(self, options: dict[str, Any]) -> None:
        self.lock = threading.RLock()
        self.settings = settings_of(options)
        self.entries = Entries(self.settings)

    @staticmethod
    def make(options: dict[str, Any]) -> Store:
        """Make a cache without a name."""
        return Store(options)

    @staticmethod
    def open(name: str, options: dict[str, Any], defaults: dict[str, Any]) -> Store:
        """Return the named cache of this process; the defaults apply if this call makes it."""
        with Store._named_lock:
            there = Store._named.get(name)
            if there is None:
                there = Store._named[name] = Store({**defaults, **options})
            else:
                check_same_options(name, there.settings, options)
            return there

    @staticmethod
    def forget(name: str) -> bool:
        """Remove a name from the process; return whether it was there."""
        with Store._named_lock:
            return Store._named.pop(name, None) is not None

    def is_same(self, other: Store) -> bool:
        """Return whether two stores are one cache."""
        return self is other

    def release(self, name: str) -> None:
        """Forget a name that is no longer open."""
        with Store._named_lock:
            if not self.settings.keep and Store._named.get(name) is self:
                del Store._named[name]
