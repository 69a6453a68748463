"""The modules that the import of the package loads."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ["asyncio", "boardkit_grid._fallback", "dataclasses", "decimal", "inspect", "pathlib", "platform", "sysconfig"]
"""Megabytes on a board, which most programs never use."""


def test_the_import_brings_nothing_that_is_large_and_seldom_used() -> None:
    program = f"import sys; before = set(sys.modules); import boardkit_grid; print(*(set({HEAVY}) & (set(sys.modules) - before)))"
    # Without `site`, which may import some of it for hooks of other packages.
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=False, env=_found())
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def _found() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(filter(None, sys.path))}
