"""Who computes which missing key: the rules of the crate grid-cache, src/leases.rs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from .._errors import LimitError

_MAX_LEASES = 4096
_MAX_WAITERS = 65_536


@dataclass
class _Held:
    token: int
    ends: int
    waiting: list[threading.Event] = field(default_factory=list)


class Leases:
    """The leases of a cache by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, _Held] = {}
        self._key_bytes = 0
        self._waiters = 0
        self._last_token = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def stands(self, key: str, token: int, now: int) -> bool:
        """Whether a lease has not ended."""
        held = self._by_key.get(key)
        return held is not None and held.token == token and held.ends > now

    def ask(self, key: str, now: int, ends: int, max_bytes: int) -> int | tuple[threading.Event, int]:
        """Return the token of a lease until `ends`, or what to wait for and the microseconds left of the lease that stands."""
        held = self._by_key.get(key)
        if held is not None and held.ends > now:
            if self._waiters >= _MAX_WAITERS:
                raise _too_many("callers that wait for leases", _MAX_WAITERS)
            bell = threading.Event()
            held.waiting.append(bell)
            self._waiters += 1
            return bell, held.ends - now
        self.end(key)
        size = len(key.encode())
        if len(self) >= _MAX_LEASES or self._key_bytes + size > max_bytes:
            for other in [other for other, held in self._by_key.items() if held.ends <= now]:
                self.end(other)
        if len(self) >= _MAX_LEASES:
            raise _too_many("leases", _MAX_LEASES)
        if self._key_bytes + size > max_bytes:
            raise _too_many("bytes of keys with leases", max_bytes)
        self._key_bytes += size
        self._last_token += 1
        self._by_key[key] = _Held(self._last_token, ends)
        return self._last_token

    def end(self, key: str) -> None:
        """End the lease of a key, and wake who waits for it."""
        held = self._by_key.pop(key, None)
        if held is None:
            return
        self._key_bytes -= len(key.encode())
        self._waiters -= len(held.waiting)
        for bell in held.waiting:
            bell.set()

    def end_all(self) -> None:
        """End all leases."""
        for key in list(self._by_key):
            self.end(key)


def _too_many(what: str, most: int) -> LimitError:
    return LimitError(f"the cache keeps {most} {what} at most: compute fewer keys at a time, or let leases end sooner")
