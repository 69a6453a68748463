"""The listeners of a cache."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable, Literal, NamedTuple

from ._errors import ArgumentError

if TYPE_CHECKING:
    from ._native import Cache as Calls

_CAPACITY = 4096
"""Events that wait at most."""


class CacheEvent(NamedTuple):
    """A removed entry."""

    key: str
    reason: Literal["entries", "bytes", "resize", "expired"]
    """The cap without room: that of entries, that of bytes, or either after `resize` lowered it; or `expired` after its time to live."""


Listener = Callable[[list[CacheEvent], int], object]
"""Gets the events since its last call, in the order of the removals, and the number of events of all kinds that were dropped."""


class Listeners:
    """Listeners by event; the cache queues events from the first listener on until the last is removed."""

    def __init__(self, cache: Calls) -> None:
        self._cache = cache
        self._of: dict[str, list[Listener]] = {"evicted": [], "expired": []}
        self._subscription: Any = None
        # Reentrant: garbage collection may run a `__del__` that closes the cache, in the thread that has it.
        self._lock = threading.RLock()

    def add(self, event: str, listener: Listener) -> None:
        """Add a listener."""
        listeners = self._listeners_of(event)
        if not callable(listener):
            raise ArgumentError(f"the listener must be callable; got {type(listener).__name__}")
        with self._lock:
            if self._subscription is None:
                self._subscription = self._cache._subscribe(_CAPACITY, self)
            if listener not in listeners:
                listeners.append(listener)

    def remove(self, event: str, listener: Listener) -> None:
        """Remove a listener."""
        listeners = self._listeners_of(event)
        with self._lock:
            if listener in listeners:
                listeners.remove(listener)
            if not any(self._of.values()):
                self.end()

    def end(self) -> None:
        """Remove all listeners."""
        with self._lock:
            for listeners in self._of.values():
                listeners.clear()
            if self._subscription is not None:
                self._subscription.end()
                self._subscription = None

    def tell(self, events: list[tuple[str, str]], dropped: int) -> None:
        """Call the listeners with events; the cache calls this."""
        all_events = [CacheEvent(key, reason) for key, reason in events]  # type: ignore[arg-type]
        endings = [
            *_call(self._of["evicted"], [event for event in all_events if event.reason != "expired"], dropped),
            *_call(self._of["expired"], [event for event in all_events if event.reason == "expired"], dropped),
        ]
        if endings:
            raise endings[0]

    def _listeners_of(self, event: str) -> list[Listener]:
        return self._of[checked_event(event)]


def checked_event(event: object) -> str:
    """Return the name of an event, checked."""
    if isinstance(event, str) and event in ("evicted", "expired"):
        return event
    found = repr(event) if isinstance(event, str) else type(event).__name__
    raise ArgumentError(f"the event must be evicted or expired; got {found}")


class _RaisedByListener:
    """Passes an exception to `sys.unraisablehook` by raising it in `__del__`: only the interpreter makes the argument of that hook."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __del__(self) -> None:
        raise self._error


def _call(listeners: list[Listener], events: list[CacheEvent], dropped: int) -> list[BaseException]:
    """Call listeners, each with its own list, even if others raise. Return exceptions that end the program; `sys` gets the rest."""
    endings: list[BaseException] = []
    if not events and not dropped:
        return endings
    # A copy: a listener that is added or removed meanwhile changes nothing here.
    for listener in tuple(listeners):
        try:
            listener(list(events), dropped)
        except Exception as error:
            _RaisedByListener(error)
        except BaseException as error:
            endings.append(error)
    return endings
