"""The named caches that this process has open."""

from __future__ import annotations

import threading
from typing import Any, Callable

# Reentrant: under it objects are made, so garbage may be collected, and some `__del__` of it may close a named cache in this thread.
_lock = threading.RLock()
_open: dict[str, _Shared] = {}


class _Shared:
    """A named cache, and how many objects have it open."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.users = 1

    def release(self, name: str) -> None:
        """Take one user away; with the last one goes the name."""
        with _lock:
            self.users -= 1
            if self.users > 0:
                return
            if _open.get(name) is self:
                del _open[name]
            self.store.release(name)


def shared_store(name: str, open_store: Callable[[], Any]) -> tuple[Any, Callable[[], None]]:
    """Return the store of a name, and what to call when its user closes it.

    A name lives here until all who opened it have closed it, and not until some object is collected: a cache that is opened for each
    request would else lose its entries after each.
    """
    with _lock:
        shared = _open.get(name)
        if shared is not None:
            # Before anything else is made: what a collection closes meanwhile is not the last user then.
            shared.users += 1
        try:
            # Also where it is open already: this is what compares the options.
            opened = open_store()
        except BaseException:
            if shared is not None:
                shared.release(name)
            raise
        if shared is None or not shared.store.is_same(opened):
            if shared is not None:
                # A name that was forgotten meanwhile: who has the old cache keeps it.
                shared.release(name)
            shared = _open[name] = _Shared(opened)
    kept = shared
    return kept.store, lambda: kept.release(name)
