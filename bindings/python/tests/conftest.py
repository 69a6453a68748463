"""Fixtures of several tests."""

from __future__ import annotations

import pytest

import boardkit_grid as grid


@pytest.fixture
def engine() -> grid.Engine:
    return grid.Engine()


@pytest.fixture
def echo(engine: grid.Engine) -> grid.Engine:
    """An engine whose rule `data.p.got` is the input."""
    engine.load_policy("p", "package p\ngot := input")
    return engine
