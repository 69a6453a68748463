"""The Python code of the documentation runs."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

import boardkit_grid as grid

PYTHON = Path(__file__).resolve().parents[2]
PAGES = [PYTHON / "README.md", PYTHON.parents[1] / "docs/python.md"]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_of_a_page(page: Path) -> None:
    blocks = BLOCK.findall(page.read_text())
    assert blocks
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("documented", [grid.Engine, grid.Cache])
def test_examples_of_a_class(documented: type) -> None:
    (found,) = [test for test in doctest.DocTestFinder(recurse=False).find(documented, globs=vars(grid).copy()) if test.examples]
    assert doctest.DocTestRunner().run(found).failed == 0
