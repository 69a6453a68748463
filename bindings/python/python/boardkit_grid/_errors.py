"""The exceptions of Grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from ._report import ExplainEvent, Print

ErrorCode = Literal[
    "GRID_COMPILE",
    "GRID_INPUT",
    "GRID_EVALUATION",
    "GRID_LIMIT",
    "GRID_ARGUMENT",
    "GRID_INTERNAL",
    "GRID_ADDON",
]
"""Codes are stable; texts are not."""

LimitKind = Literal["time", "memory", "depth", "nesting", "parsing", "policy-size", "data-size", "input-size", "bundle-size", "size"]
"""What a limit bounds: milliseconds, bytes of memory, levels, steps of the parser, or the bytes of a text."""


class GridError(Exception):
    """The base of all exceptions of Grid: branch on `code`."""

    code: ClassVar[ErrorCode]
    file: str | None = None
    """Name of the policy with the error, if known."""
    line: int | None = None
    """Line in that policy, from 1, if known."""
    column: int | None = None
    """Column in that line, from 1, if known; 0 is OPA's place for the end of a text."""
    opa_code: str | None = None
    """OPA's code of the error, such as `rego_type_error`, if it has one."""
    prints: tuple[Print, ...] = ()
    """In an error of `Engine.trace`: the prints of policies before it."""
    events: tuple[ExplainEvent, ...] = ()
    """In an error of `Engine.explain`: the events before it."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        # Unknown details keep the default of the class.
        for name, value in details.items():
            if value is not None:
                setattr(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # With its attributes, so that a process pool returns it complete.
        return (type(self), self.args, self.__dict__)


class OPACompilationError(Exception):
    """The name of `CompileError` in `boardkit_grid.compat`."""


class CompileError(GridError, OPACompilationError):
    """A policy or query does not compile; `file`, `line` and `column` say where. The policies loaded before stay in use."""

    code = "GRID_COMPILE"


class InputError(GridError, ValueError):
    """An input or data document is not valid JSON, or has a value that JSON cannot represent; the message names its place."""

    code = "GRID_INPUT"


class EvaluationError(GridError, RuntimeError):
    """An evaluation failed: a conflict between rules, a builtin called with a wrong type, a division by zero."""

    code = "GRID_EVALUATION"


class LimitError(GridError, RuntimeError):
    """A limit on time, memory, size or depth was reached."""

    code = "GRID_LIMIT"
    kind: LimitKind | None = None
    """What the limit bounds."""
    option: str | None = None
    """The option that set the limit, such as `max_evaluation_ms`; None for limits without an option."""
    limit: int | None = None
    """The limit, in the unit of its kind."""


class ArgumentError(GridError, ValueError):
    """An option or argument has the wrong type or is out of its range."""

    code = "GRID_ARGUMENT"


class InternalError(GridError, RuntimeError):
    """A fault of Grid itself, such as a panic in its Rust code; the process lives on. Please report it."""

    code = "GRID_INTERNAL"


class ExtensionError(GridError, ImportError):
    """The extension module could not be loaded, or lacks a requested feature; the message names the cause and the fix."""

    code = "GRID_ADDON"


_DETAILS = ("file", "line", "column", "opa_code", "kind", "option", "limit")
_CLASSES: dict[str, type[GridError]] = {
    each.code: each for each in (CompileError, InputError, EvaluationError, LimitError, ArgumentError, InternalError)
}


def raised(fields: dict[str, Any]) -> GridError:
    """Return the exception of an error; the extension calls this."""
    return _CLASSES[fields["code"]](fields["text"], **{name: fields.get(name) for name in _DETAILS})
