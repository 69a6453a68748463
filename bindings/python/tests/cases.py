"""Reads the behaviour cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2] / "cases"


def read_cases(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """All cases of a kind, by file and name."""
    for path in sorted((ROOT / kind).glob("*.yaml")):
        for case in YAML(typ="safe", pure=True).load(path):
            yield f"{path.stem}: {case['name']}", case
