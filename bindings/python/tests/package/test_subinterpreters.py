"""In a subinterpreter the extension is not loaded, and a warning says so."""

from __future__ import annotations

import sys

import pytest

CODE = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import boardkit_grid as grid
assert "main interpreter" in str(caught[0].message), caught[0].message
assert grid.Cache().kind == "fallback"
try:
    grid.Engine()
except grid.ExtensionError:
    pass
else:
    raise SystemExit("an engine in a subinterpreter")
"""


def test_a_subinterpreter_has_the_fallback() -> None:
    if sys.version_info >= (3, 14):
        from concurrent import interpreters

        interpreter = interpreters.create()
        try:
            interpreter.exec(CODE)
        finally:
            interpreter.close()
        return
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    subinterpreters = pytest.importorskip(name)
    made = subinterpreters.create()
    try:
        failed = subinterpreters.run_string(made, CODE)
        assert failed is None, failed
    finally:
        # CPython 3.13.0 crashes at a fork while there is one, even without imports.
        subinterpreters.destroy(made)
