"""The missing keys that are being computed: the rules of the crate grid-cache, src/leases.rs."""

from __future__ import annotations

import threading

from .._errors import LimitError

_MAX_LEASES = 4096


class Lease:
    """The right to compute a key until a time."""

    def __init__(self, token: int, ends: int) -> None:
        self.token = token
        self.ends = ends
        self.ended = threading.Event()


class Leases:
    """The leases of a cache by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, Lease] = {}
        self._key_bytes = 0
        self._last_token = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def stands(self, key: str, token: int, now: int) -> bool:
        """Return whether a lease has not ended."""
        lease = self._by_key.get(key)
        return lease is not None and lease.token == token and lease.ends > now

    def ask(self, key: str, now: int, ends: int, max_bytes: int) -> int | Lease:
        """Return the token of a new lease until `ends`, or the lease to wait for. The keys of all leases have `max_bytes` at most."""
        lease = self._by_key.get(key)
        if lease is not None and lease.ends > now:
            return lease
        self.end(key)
        size = len(key.encode())
        if len(self) >= _MAX_LEASES or self._key_bytes + size > max_bytes:
            for over in [other for other, lease in self._by_key.items() if lease.ends <= now]:
                self.end(over)
        if len(self) >= _MAX_LEASES:
            raise _too_many("leases", _MAX_LEASES)
        if self._key_bytes + size > max_bytes:
            raise _too_many("bytes of keys with leases", max_bytes)
        self._key_bytes += size
        self._last_token += 1
        self._by_key[key] = Lease(self._last_token, ends)
        return self._last_token

    def end(self, key: str) -> None:
        """End the lease of a key, and wake its waiters."""
        lease = self._by_key.pop(key, None)
        if lease is not None:
            self._key_bytes -= len(key.encode())
            lease.ended.set()

    def end_all(self) -> None:
        """End all leases."""
        for key in list(self._by_key):
            self.end(key)


def _too_many(what: str, most: int) -> LimitError:
    return LimitError(f"the cache keeps {most} {what} at most: compute fewer keys at a time, or let leases end sooner")
