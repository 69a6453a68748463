"""Arguments of a cache."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._errors import ArgumentError
from .._text import text_of
from .limits import micros_of

OWN: Any = object()
"""Means the time to live of the cache."""


def key_of(key: Any) -> str:
    """Return a checked key."""
    return text_of(key, "the key")


def keys_of(keys: Any) -> list[str]:
    """Return a list of checked keys. A text is refused: its letters would be keys."""
    if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable):
        raise ArgumentError(f"the keys must be a list or another iterable; got {type(keys).__name__}")
    return [key_of(key) for key in keys]


def value_of(value: Any) -> str | bytes:
    """Return a copy of a checked value."""
    if isinstance(value, str):
        return text_of(value, "the value")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise ArgumentError(f"a value must be str or bytes; got {type(value).__name__}")


def ttl_of(ttl_ms: Any) -> int | None:
    """Return a time to live in microseconds; None for that of the cache."""
    return None if ttl_ms is OWN else micros_of(ttl_ms)
