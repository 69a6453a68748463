"""The names that the binding for Node has and this one does not, each with its reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import boardkit_grid as grid

NODE = Path(__file__).resolve().parents[3] / "node/ts"
METHOD = re.compile(r"^  (?:static |async |get )*(\w+)(?:<[^(]*>)?\(", re.MULTILINE)
# The names here.
OTHER_NAMES = {"size": "__len__", "bytes": "nbytes", "constructor": "__new__"}


# The files of a class and of the class that it extends.
CLASSES = [
    (["engine.ts", "engine/contents.ts", "engine/tools.ts"], grid.Engine),
    (["cache.ts", "cache/key-calls.ts"], grid.Cache),
    (["prepared.ts"], grid.PreparedQuery),
]


@pytest.mark.parametrize(("files", "made"), CLASSES)
def test_every_method_of_node_is_here(files: list[str], made: type[Any]) -> None:
    sources = [(NODE / file).read_text() for file in files]
    bodies = [source[source.index("export class ") :] for source in sources]
    names = {name for body in bodies for name in METHOD.findall(body) if name not in {"if", "for", "return"}}
    assert len(names) > 5
    lacking = {name for name in names if not hasattr(made, OTHER_NAMES.get(name, re.sub(r"[A-Z]", lambda at: f"_{at[0].lower()}", name)))}
    assert not lacking


def test_every_error_of_node_is_here() -> None:
    names = set(re.findall(r"export class (\w+Error)", (NODE / "errors.ts").read_text()))
    # In Python an addon is an extension.
    assert {name for name in names if not hasattr(grid, name)} == {"AddonError"}
