"""Queues of events: the thread whose call removed entries calls the listeners after the call, without a lock."""

from __future__ import annotations

import threading
import weakref
from typing import Any, Callable

_KEY_BYTES = 256
"""Bytes of keys that a queue holds per event of its capacity, as in the extension."""
_BATCH = 1024


class _Thread(threading.local):
    def __init__(self) -> None:
        self.woken: list[Subscription] = []
        self.notifying = False


_thread = _Thread()


class Subscription:
    """A bounded queue of events for the method `tell` of some listeners."""

    def __init__(self, capacity: int, listeners: Any, lock: threading.RLock, on_end: Callable[[Subscription], None]) -> None:
        self._capacity = capacity
        self._listeners = weakref.ref(listeners)
        self._lock = lock
        self._on_end = on_end
        self._events: list[tuple[str, str]] = []
        self._key_bytes = 0
        self._dropped = 0

    def push(self, key: str, reason: str) -> None:
        """Add an event; the caller has the lock."""
        first = not self._events and self._dropped == 0
        key_bytes = self._key_bytes + len(key.encode())
        if len(self._events) < self._capacity and key_bytes <= self._capacity * _KEY_BYTES:
            self._events.append((key, reason))
            self._key_bytes = key_bytes
        else:
            self._dropped += 1
        if first:
            _thread.woken.append(self)

    def end(self) -> None:
        """End the subscription and drop its queue."""
        with self._lock:
            self._events.clear()
            self._on_end(self)

    def drain(self) -> BaseException | None:
        """Call the listeners with all events; return the first exception of a listener that ends the program."""
        ending: BaseException | None = None
        while True:
            with self._lock:
                events, self._events = self._events[:_BATCH], self._events[_BATCH:]
                dropped, self._dropped = self._dropped, 0
                self._key_bytes -= sum(len(key.encode()) for key, _ in events)
            listeners = self._listeners()
            if listeners is None:
                return ending
            if events or dropped:
                try:
                    listeners.tell(events, dropped)
                except BaseException as error:
                    # The rest of the queue would wake nothing, so it is passed on too.
                    ending = error if ending is None else ending
            if len(events) < _BATCH:
                return ending


def notify() -> None:
    """Call the listeners for the removals by calls of this thread."""
    # Events of a call that a listener makes are passed on by the running loop.
    if _thread.notifying or not _thread.woken:
        return
    _thread.notifying = True
    ending: BaseException | None = None
    try:
        while _thread.woken:
            raised = _thread.woken.pop().drain()
            ending = raised if ending is None else ending
    finally:
        _thread.notifying = False
    if ending is not None:
        raise ending
