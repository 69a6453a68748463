"""Profiles: classes of memory, which set the limits that are not given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ._errors import ArgumentError
from ._profiles import PROFILES, Profile

_VARIABLE = "GRID_PROFILE"
_MIB = 1024 * 1024


def option_profile(given: Any) -> Profile | None:
    """Return the profile of the option `profile`; None where it is left out."""
    if given is None:
        return None
    if not isinstance(given, str):
        raise ArgumentError(f"the option profile must be a str; got {type(given).__name__}")
    return _named(given, "the option profile")


def environment_profile() -> Profile | None:
    """Return the profile of the variable GRID_PROFILE; None where it is not set."""
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
    """Bytes of memory that this process may have: those of the machine, or of its control group (v2 or v1) where that has fewer."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for group, name in _memory_groups():
        # `max`, or about 2^63, where it has no limit; each group is within those above it.
        for folder in (group, *group.parents):
            try:
                limits.append(int((folder / name).read_text()))
            except (OSError, ValueError):
                continue
    return min(limits)


def _memory_groups() -> list[tuple[Path, str]]:
    """Return the folders of this process's control groups, and the names of the files with their limits."""
    root = Path("/sys/fs/cgroup")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    groups = [line.split(":", 2) for line in lines]
    return [
        (root / path.lstrip("/"), "memory.max") if not controllers else (root / "memory" / path.lstrip("/"), "memory.limit_in_bytes")
        for _, controllers, path in groups
        if not controllers or "memory" in controllers.split(",")
    ]
