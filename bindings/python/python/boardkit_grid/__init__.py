"""Grid: an embedded OPA/Rego policy engine, and a bounded cache that all threads of a process share."""

from ._allow import HttpPermission, LookupPermission, Permissions
from ._builtins import Builtin
from ._bundle import BundleKey, BundleOptions, BundleVerification
from ._cache import Cache
from ._cache_types import CacheOptions, CacheStats, Restored
from ._engine import Engine, EngineOptions
from ._errors import (
    ArgumentError,
    CompileError,
    ErrorCode,
    EvaluationError,
    ExtensionError,
    GridError,
    InputError,
    InternalError,
    LimitError,
    LimitKind,
)
from ._extension import features, native, warn
from ._listeners import CacheEvent, Listener
from ._prepared import PreparedQuery
from ._report import (
    Coverage,
    Diagnostic,
    ExplainEvent,
    Explanation,
    FileCoverage,
    Lines,
    LoadedBundle,
    Metrics,
    Print,
    TestCase,
    TestReport,
    TestResult,
    Trace,
)
from ._undefined import UNDEFINED, Undefined

__all__ = [
    "UNDEFINED",
    "ArgumentError",
    "Builtin",
    "BundleKey",
    "BundleOptions",
    "BundleVerification",
    "Cache",
    "CacheEvent",
    "CacheOptions",
    "CacheStats",
    "CompileError",
    "Coverage",
    "Diagnostic",
    "Engine",
    "EngineOptions",
    "ErrorCode",
    "EvaluationError",
    "ExplainEvent",
    "Explanation",
    "ExtensionError",
    "FileCoverage",
    "GridError",
    "HttpPermission",
    "InputError",
    "InternalError",
    "LimitError",
    "LimitKind",
    "Lines",
    "Listener",
    "LoadedBundle",
    "LookupPermission",
    "Metrics",
    "Permissions",
    "PreparedQuery",
    "Print",
    "Restored",
    "TestCase",
    "TestReport",
    "TestResult",
    "Trace",
    "Undefined",
    "features",
]

if native is None:
    warn()
