"""The named caches that this process has open."""

from __future__ import annotations

import threading
from typing import Any, Callable

# Reentrant: objects are made under it, so garbage may be collected, and its `__del__` may close a named cache in this thread.
_lock = threading.RLock()
_open: dict[str, _Shared] = {}


class _Shared:
    """A named cache, and how many objects have it open."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.users = 1

    def release(self, name: str) -> None:
        """Remove one user, and with the last user the name."""
        with _lock:
            self.users -= 1
            if self.users > 0:
                return
            if _open.get(name) is self:
                del _open[name]
            self.store.release(name)


def shared_store(name: str, open_store: Callable[[], Any]) -> tuple[Any, Callable[[], None]]:
    """Return the store of a name, and the function that its user calls to close it.

    A name lives here until all its users have closed it. A collected object does not close it: a cache that is opened for each request
    would lose its entries after each request.
    """
    with _lock:
        shared = _open.get(name)
        if shared is not None:
            # First: a garbage collection that closes a user meanwhile does not close the last one then.
            shared.users += 1
        try:
            # Also if it is open already: this call compares the options.
            opened = open_store()
        except BaseException:
            if shared is not None:
                shared.release(name)
            raise
        if shared is None or not shared.store.is_same(opened):
            if shared is not None:
                # A name that was forgotten meanwhile: open objects keep the old cache.
                shared.release(name)
            shared = _open[name] = _Shared(opened)
    kept = shared
    return kept.store, lambda: kept.release(name)
