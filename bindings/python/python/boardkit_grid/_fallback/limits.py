"""The ranges and the texts of the crate grid-cache: src/limits.rs, src/ttl.rs and src/error.rs."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

from .._errors import ArgumentError, LimitError
from .._extension import needs_extension

_ENTRY_OVERHEAD = 80
"""Bytes that each entry counts in addition to its key and value, as in the extension: one cap evicts the same entries in both."""
NEVER = 2**63 - 1
"""The deadline and time to live of an entry that does not expire, in microseconds. Not `sys.maxsize`: with 32 bits that is 36 minutes."""
LONGEST_TTL = 100 * 365_250 * 24 * 3600 * 1000
"""The longest time to live: 100 years, in microseconds."""
NAMES = ("max_entries", "max_bytes", "policy", "ttl_ms", "sliding_ttl", "keep")

_RANGES = {
    "max_entries": ("entry cap", 1, 2**31 - 1, 10_000),
    "max_bytes": ("byte cap", _ENTRY_OVERHEAD, sys.maxsize, 8 * 1024 * 1024),
}
_LARGE = 1e18


@dataclass
class Settings:
    """The options of a cache. Times are in microseconds."""

    max_entries: int
    max_bytes: int
    ttl: int
    sliding: bool
    keep: bool


def settings_of(options: dict[str, Any]) -> Settings:
    """Return checked options, with defaults for those left out."""
    for name in options:
        if name not in NAMES:
            raise ArgumentError(f"there is no option {name}; the options are {', '.join(NAMES)}, profile")
    policy = options.get("policy", "lru")
    if not isinstance(policy, str):
        raise ArgumentError(f"the option policy must be a str; got {type(policy).__name__}")
    if policy not in ("lru", "s3fifo"):
        raise ArgumentError(f"the policy must be lru or s3fifo, not {policy!r}: leave it out for lru")
    if policy != "lru":
        raise needs_extension(f"the policy {policy}")
    return Settings(
        max_entries=checked_cap("max_entries", options.get("max_entries", _RANGES["max_entries"][3])),
        max_bytes=checked_cap("max_bytes", options.get("max_bytes", _RANGES["max_bytes"][3])),
        ttl=micros_of(options["ttl_ms"]) if "ttl_ms" in options else NEVER,
        sliding=_flag(options, "sliding_ttl"),
        keep=_flag(options, "keep"),
    )


def _flag(options: dict[str, Any], name: str) -> bool:
    given = options.get(name, False)
    if isinstance(given, bool):
        return given
    raise ArgumentError(f"the option {name} must be a bool; got {type(given).__name__}")


def number_of(value: Any, what: str) -> float:
    """Return a checked number; an int beyond the floats is infinite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ArgumentError(f"{what} must be a number; got {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def checked_cap(option: str, given: Any) -> int:
    """Return a cap within its range; the lowest cap holds one entry."""
    name, lowest, highest, default = _RANGES[option]
    number = number_of(given, option)
    if number.is_integer() and lowest <= number <= highest:
        return int(number)
    raise ArgumentError(
        f"the {name} must be a whole number from {lowest} to {highest}, not {_text_of(number)}: leave it out for the default of {default}"
    )


def micros_of(ttl_ms: Any) -> int:
    """Return a time to live in microseconds, rounded up; None is for ever."""
    if ttl_ms is None:
        return NEVER
    number = number_of(ttl_ms, "ttl_ms")
    if 0 < number <= LONGEST_TTL / 1000:
        return max(math.ceil(number * 1000), 1)
    raise ArgumentError(
        f"the TTL must be more than 0 and at most {LONGEST_TTL // 1000} milliseconds (100 years), not {_text_of(number)}: "
        "leave it out for an entry that does not expire"
    )


def check_same_options(name: str, has: Settings, asked: dict[str, Any]) -> None:
    """Refuse the first given option that differs from that of the open cache."""
    given = settings_of(asked)
    options = (
        ("entry cap", "max_entries", str(has.max_entries), str(given.max_entries)),
        ("byte cap", "max_bytes", str(has.max_bytes), str(given.max_bytes)),
        ("TTL", "ttl_ms", _ttl_text(has.ttl), _ttl_text(given.ttl)),
        ("sliding TTL", "sliding_ttl", str(has.sliding).lower(), str(given.sliding).lower()),
        ("keep", "keep", str(has.keep).lower(), str(given.keep).lower()),
    )
    for words, option, existing, wanted in options:
        if option in asked and existing != wanted:
            raise ArgumentError(
                f'the cache "{name}" is already open with {words} {existing}, and this call asks for {wanted}: open it with the same '
                "options, leave them out to take it as it is, or choose another name"
            )


def cost_of(key: str, value: str | bytes) -> int:
    """Return the bytes that an entry counts."""
    return _length(key) + _length(value) + _ENTRY_OVERHEAD


def _length(value: str | bytes) -> int:
    return len(value) if isinstance(value, bytes) or value.isascii() else len(value.encode())


def too_large(needed: int, max_bytes: int) -> LimitError:
    """Return the error for an entry that is larger than the cache."""
    return LimitError(
        f"the entry needs {needed} bytes (key, value and {_ENTRY_OVERHEAD} of overhead) and the cache holds {max_bytes} at most: "
        "store less under this key, or raise the byte cap"
    )


def _ttl_text(micros: int) -> str:
    return "none" if micros == NEVER else f"{_text_of(micros / 1000)} ms"


def _text_of(number: float) -> str:
    """Return the text of a number as the extension writes it."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if abs(number) >= _LARGE:
        return repr(number).replace("e+", "e")
    return str(int(number)) if number.is_integer() else repr(number)
