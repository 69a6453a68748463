"""The format of the crate grid-cache, src/snapshot.rs, so that a snapshot of either kind is restored by both."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from .._errors import ArgumentError
from .limits import LONGEST_TTL, NEVER

_MAGIC = b"GRIDSNAP"
_VERSION = 1
# Magic, version, checksum of what comes after it, length, number of entries.
_HEADER = struct.Struct("<8sIIQQ")
# Kind of the value, lengths of key and value, what is left of its time, its time to live.
_ENTRY = struct.Struct("<BIQQQ")
_CHECKED_FROM = 16
_NO_DEADLINE = 2**64 - 1
_KINDS = 2


@dataclass(frozen=True)
class SnapshotEntry:
    """An entry of a snapshot; times are microseconds."""

    key: str
    value: str | bytes
    left: int
    ttl: int


def encode(entries: Iterable[SnapshotEntry]) -> bytes:
    """Write entries, those that would leave first in front."""
    parts = []
    count = 0
    for entry in entries:
        key = entry.key.encode()
        value = entry.value.encode() if isinstance(entry.value, str) else entry.value
        kind = 0 if isinstance(entry.value, str) else 1
        parts += [_ENTRY.pack(kind, len(key), len(value), _written(entry.left), _written(entry.ttl)), key, value]
        count += 1
    body = b"".join(parts)
    length = _HEADER.size + len(body)
    checksum = zlib.crc32(body, zlib.crc32(struct.pack("<QQ", length, count)))
    return _HEADER.pack(_MAGIC, _VERSION, checksum, length, count) + body


def decode(given: bytes) -> list[SnapshotEntry]:
    """Read a snapshot, all of it: damage anywhere is found before an entry is used."""
    if given[: len(_MAGIC)] != _MAGIC:
        raise _fault("the bytes are none: give what `snapshot` returned")
    if len(given) < _HEADER.size:
        raise _fault(f"it has {len(given)} bytes of {_HEADER.size}: copy it again")
    _, version, checksum, length, count = _HEADER.unpack_from(given)
    if version != _VERSION:
        raise _fault(f"its format is version {version}, and this build reads version {_VERSION}: take it anew")
    if length != len(given):
        raise _fault(f"it has {len(given)} bytes of {length}: copy it again")
    if zlib.crc32(memoryview(given)[_CHECKED_FROM:]) != checksum:
        raise _damaged()
    entries = []
    at = _HEADER.size
    while at < len(given):
        entry, at = _read_entry(given, at)
        entries.append(entry)
    if len(entries) != count:
        raise _damaged()
    return entries


def _read_entry(given: bytes, at: int) -> tuple[SnapshotEntry, int]:
    """Return the entry at a place, and where it ends."""
    if at + _ENTRY.size > len(given):
        raise _damaged()
    kind, key_length, value_length, left, ttl = _ENTRY.unpack_from(given, at)
    key_start = at + _ENTRY.size
    value_start = key_start + key_length
    end = value_start + value_length
    if kind >= _KINDS or end > len(given):
        raise _damaged()
    try:
        key = given[key_start:value_start].decode()
        value = given[value_start:end].decode() if kind == 0 else given[value_start:end]
    except UnicodeDecodeError as error:
        raise _damaged() from error
    return SnapshotEntry(key, value, _read_time(left), _read_time(ttl)), end


def _written(time: int) -> int:
    return _NO_DEADLINE if time == NEVER else time


def _read_time(time: int) -> int:
    if time == _NO_DEADLINE:
        return NEVER
    if not 1 <= time <= LONGEST_TTL:
        raise _damaged()
    return time


def _damaged() -> ArgumentError:
    return _fault("its bytes have changed since it was taken: copy it again")


def _fault(text: str) -> ArgumentError:
    return ArgumentError(f"no snapshot to restore: {text}")
