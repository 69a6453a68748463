"""Profiles: classes of memory, which set the limits that are not given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ._errors import ArgumentError
from ._profiles import PROFILES, Profile

_VARIABLE = "GRID_PROFILE"
_MIB = 1024 * 1024


def option_profile(given: Any) -> Profile | None:
    """Return the profile of the option `profile`; None if it is left out."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise ArgumentError(f"the option profile must be a str; got {type(given).__name__}")
    return _named(given, "the option profile")


def environment_profile() -> Profile | None:
    """Return the profile of the variable GRID_PROFILE; None if it is not set."""
    given = os.environ.get(_VARIABLE, "")
    return _named(given, f"the variable {_VARIABLE}") if given else None


def _named(name: str, where: str) -> Profile:
    if name == "auto":
        return profile_of(_machine_memory())
    if name in PROFILES:
        return PROFILES[name]
    raise ArgumentError(f"{where} must be {', '.join(PROFILES)} or auto; got {name!r}")


def profile_of(memory: int) -> Profile:
    """Return the profile for so many bytes of memory."""
    fitting = [profile for profile in PROFILES.values() if profile["least_mib"] * _MIB <= memory]
    return fitting[-1]


def _machine_memory() -> int:
    """Return the memory limit of this process in bytes: that of the machine, or of its control group (v2 or v1) if that is lower."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _limit_files():
        # `max`, or about 2^63, without a limit.
        with suppress(OSError, ValueError):
            limits.append(int(_read(path)))
    return min(limits)


def _limit_files() -> Iterator[str]:
    """Paths of what may hold limits of this process's control groups, and of those that they are within."""
    try:
        lines = _read("/proc/self/cgroup").splitlines()
    except OSError:
        return
    for _, controllers, group in (line.split(":", 2) for line in lines):
        if controllers and "memory" not in controllers.split(","):
            continue
        root, name = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes") if controllers else ("/sys/fs/cgroup", "memory.max")
        folder = os.path.join(root, group.strip("/"))
        while folder != os.path.dirname(folder):
            yield os.path.join(folder, name)
            folder = os.path.dirname(folder)


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
