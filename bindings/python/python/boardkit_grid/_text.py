"""Texts as arguments."""

from __future__ import annotations

from typing import Any

from ._errors import ArgumentError


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
