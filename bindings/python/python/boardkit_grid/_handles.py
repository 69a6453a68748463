"""The named caches that this process has open."""

from __future__ import annotations

import threading
from typing import Any, Callable

_lock = threading.Lock()
_open: dict[str, _Shared] = {}


class _Shared:
    """A named cache, and how many objects have it open."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.users = 0


def shared_store(name: str, open_store: Callable[[], Any]) -> tuple[Any, Callable[[], None]]:
    """Return the store of a name, and what to call when its user closes it.

    A name lives here until all who opened it have closed it, and not until some object is collected: a cache that is opened for each
    request would else lose its entries after each.
    """
    with _lock:
        # Also where it is open already: this is what compares the options.
        opened = open_store()
        held = _open.get(name)
        if held is None or not held.store.is_same(opened):
            # A name that was forgotten meanwhile: who has the old cache keeps it.
            held = _open[name] = _Shared(opened)
        held.users += 1

    def release() -> None:
        with _lock:
            held.users -= 1
            if held.users > 0:
                return
            if _open.get(name) is held:
                del _open[name]
            held.store.release(name)

    return held.store, release
