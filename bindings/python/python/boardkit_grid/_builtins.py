"""Builtins of the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from ._errors import ArgumentError
from ._text import text_of


class Builtin(NamedTuple):
    """A builtin of your own: policies call it by its name, like a builtin of OPA.

    It runs on the thread of the evaluation that calls it, inside that evaluation, and may query and change engines. An exception that it
    raises ends the evaluation with an `EvaluationError` and is its `__cause__`; no `not` in a policy turns it into an answer.
    """

    args: int
    """The number of its arguments, 0 to 8. A call with another number does not compile."""
    fn: Callable[..., Any]
    """Takes JSON values and returns one, with integers up to 64 bits; `UNDEFINED` is Rego's undefined. A coroutine is an
    error."""
    pure: bool = False
    """Whether its answer depends on its arguments alone, so that decisions that use it may be cached (`decision_cache_bytes`)."""


def entries_of(given: Any) -> list[tuple[str, Builtin]]:
    """Return checked builtins by name; the crate checks names and counts."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise ArgumentError(f"the option builtins must be a dict of names and Builtin; got {type(given).__name__}")
    for name, builtin in given.items():
        text_of(name, "the name of a builtin")
        if not isinstance(builtin, Builtin):
            raise ArgumentError(f"the builtin {name} must be a Builtin; got {type(builtin).__name__}")
        if isinstance(builtin.args, bool) or not isinstance(builtin.args, int) or not 0 <= builtin.args <= 255:
            raise ArgumentError(f"args of the builtin {name} must be an int from 0 to 8")
        if not callable(builtin.fn):
            raise ArgumentError(f"fn of the builtin {name} must be callable; got {type(builtin.fn).__name__}")
        if not isinstance(builtin.pure, bool):
            raise ArgumentError(f"pure of the builtin {name} must be a bool; got {type(builtin.pure).__name__}")
    return list(given.items())
