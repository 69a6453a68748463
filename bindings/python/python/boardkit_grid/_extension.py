"""The extension module, or the error of its load."""

from __future__ import annotations

import importlib
import sys
import warnings
from types import ModuleType
from typing import Any

from ._errors import ExtensionError


def _load() -> tuple[ModuleType | None, ImportError | None]:
    try:
        return importlib.import_module("boardkit_grid._native"), None
    except ImportError as error:
        return None, error


native, _cause = _load()
# None, and the cause, if it could not be loaded.


def load_error() -> ExtensionError:
    """Return the error of the load; its text names the cause and the fix."""
    return _load_error("Grid's extension module could not be loaded")


def needs_extension(feature: str) -> ExtensionError:
    """Return the error of a feature that the fallback does not have; its text names the cause and the fix."""
    return _load_error(f"{feature} needs Grid's extension module, which could not be loaded")


def _load_error(text: str) -> ExtensionError:
    error = ExtensionError(f"{text}: {_cause}.\n{_fix()}")
    error.__cause__ = _cause
    return error


def warn() -> None:
    """Warn that the fallback is in use: a program without an engine must know before it evaluates."""
    text = f"{load_error()}\nUntil then caches are in plain Python, which is slower, and Engine() raises ExtensionError."
    warnings.warn(text, ImportWarning, stacklevel=3)


def _fix() -> str:
    # Not imported if the extension loads: memory is short on boards.
    import platform
    import sysconfig

    machine = f"{platform.python_implementation()} {platform.python_version()} on {sysconfig.get_platform()}"
    libc = " ".join(platform.libc_ver()).strip()
    here = f"This is {machine}{f' with {libc}' if libc else ''}."
    if platform.python_implementation() != "CPython":
        return f"{here} Wheels of boardkit_grid are for CPython 3.9 and later: run this with CPython."
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return (
            f"{here} It is free-threaded, and wheels of boardkit_grid are of the stable ABI, which such a Python does not have: "
            "run this with a Python that has the GIL, or build from source with `pip install --no-binary boardkit_grid boardkit_grid`."
        )
    if "subinterpreter" in str(_cause):
        return f"{here} Import boardkit_grid in the main interpreter: the extension works in no other."
    return (
        f"{here} Install a wheel that is made for it with `{sys.executable} -m pip install --force-reinstall boardkit_grid`, "
        "or build one for a board with `boardkit build --binding python`."
    )


def features() -> list[str]:
    """Return the optional features that the extension module has: those of the crate grid-opa.

    Raises:
        ExtensionError: the extension module could not be loaded.

    """
    there: list[str] = module().features()
    return there


def module() -> Any:
    """Return the extension module, or raise the error of its load."""
    if native is None:
        raise load_error()
    return native


def with_feature(name: str, what: str) -> Any:
    """Return the extension module, or raise the error for what this build lacks."""
    extension = module()
    there = extension.features()
    if name in there:
        return extension
    raise ExtensionError(
        f"this build of Grid lacks {what}, which its profile leaves out (it has: {', '.join(there) or 'none of the optional ones'}): "
        "install or build Grid with another profile"
    )
