"""The cache in plain Python: the same cases and the same tests, in a process without the extension."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import boardkit_grid as grid

TESTS = Path(__file__).parents[1]


def test_the_extension_is_what_is_tested_here() -> None:
    assert grid.Cache().kind == os.environ.get("GRID_TEST_KIND", "native")


def test_the_same_without_the_extension(tmp_path: Path) -> None:
    # Hides the extension; the rest of the package is the installed one.
    hide = "import sys; sys.modules['boardkit_grid._native'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    files = [
        "package/test_cases.py",
        "cache/test_cache_arguments.py",
        "cache/test_cache_calls.py",
        "cache/test_cache_events.py",
        "cache/refusals.py",
        "engine/test_closing.py",
    ]
    argv = ["-q", "-p", "no:cacheprovider", "-W", "ignore::ImportWarning", *files, "-k", "test_cache and not test_engine", "--no-header"]
    done = subprocess.run([sys.executable, "-c", hide, *argv], cwd=TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
