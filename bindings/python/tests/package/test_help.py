"""The text of `help` for calls of the extension: the first paragraph of the docstring in the stub, which editors show in full."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import boardkit_grid as grid

STUB = ast.parse((Path(grid.__file__).parent / "_native.pyi").read_text())


def summaries() -> list[tuple[str, str, str]]:
    """Class, method and first paragraph of the stub."""
    found: list[tuple[str, str, str]] = []
    for each in STUB.body:
        if not isinstance(each, ast.ClassDef) or each.name not in ("Engine", "Cache"):
            continue
        for method in each.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                text = ast.get_docstring(method)
                # One of the overloads has it.
                if text:
                    found.append((each.name, method.name, text.split("\n\n")[0].replace("\n", " ")))
    return found


@pytest.mark.parametrize(("kind", "method", "summary"), summaries())
def test_help_has_the_summary_of_the_stub(kind: str, method: str, summary: str) -> None:
    assert inspect.getdoc(getattr(getattr(grid, kind), method)) == summary


@pytest.mark.parametrize("kind", [grid.Engine, grid.Cache, grid.PreparedQuery])
def test_every_public_call_has_a_docstring(kind: type) -> None:
    calls = [name for name in dir(kind) if not name.startswith("_") and inspect.isroutine(getattr(kind, name))]
    assert calls
    assert [name for name in calls if not inspect.getdoc(getattr(kind, name))] == []
