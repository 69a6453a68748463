"""Arguments of a cache."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._errors import ArgumentError
from .limits import micros_of

OWN: Any = object()
"""Stands for the time to live of the cache."""


def key_of(key: Any) -> str:
    """Return a key, checked."""
    return text_of(key, "the key")


def keys_of(keys: Any) -> list[str]:
    """Return keys as a list, checked; the letters of a text are none."""
    if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable):
        raise ArgumentError(f"the keys must be a list or another iterable; got {type(keys).__name__}")
    return [key_of(key) for key in keys]


def value_of(value: Any) -> str | bytes:
    """Return a value, checked, as a copy that nobody changes."""
    if isinstance(value, str):
        return text_of(value, "the value")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise ArgumentError(f"a value must be str or bytes; got {type(value).__name__}")


def text_of(value: Any, what: str) -> str:
    """Return a text, checked."""
    if not isinstance(value, str):
        raise ArgumentError(f"{what} must be a str; got {type(value).__name__}")
    # Also of a subclass, which could be another text at each look.
    text = str.__str__(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ArgumentError(
                f"{what} holds half of a surrogate pair, which UTF-8 cannot say; see the error handlers of str.encode"
            ) from error
    return text


def ttl_of(ttl_ms: Any) -> int | None:
    """Return a time to live in microseconds; None for that of the cache."""
    return None if ttl_ms is OWN else micros_of(ttl_ms)
