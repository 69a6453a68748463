"""The fallback as a user without a fitting wheel has it: the sources without the extension, in a Python without other packages."""

from __future__ import annotations

import importlib
import sys
import tempfile
import warnings
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Fail unless the fallback works as documented."""
    with tempfile.TemporaryDirectory() as folder:
        copytree(ROOT / "python/boardkit_grid", Path(folder, "boardkit_grid"), ignore=ignore_patterns("*.so", "__pycache__"))
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            importlib.import_module("boardkit_grid")
        check([(each.category, str(each.message)) for each in caught])


def check(caught: list[tuple[type[Warning], str]]) -> None:
    """Check the imported package."""
    from boardkit_grid import Cache, Engine, ExtensionError, features
    from boardkit_grid.compat import RUST_AVAILABLE, RustCache, RustOPAEngine

    expect(len(caught) == 1 and caught[0][0] is ImportWarning, f"one ImportWarning, not {caught}")
    for part in ("No module named 'boardkit_grid._native'", "This is CPython", "pip install --force-reinstall", "in plain Python"):
        expect(part in caught[0][1], f"the warning says {part!r}: {caught[0][1]}")
    expect(RUST_AVAILABLE is False, "RUST_AVAILABLE is False")
    cache = Cache(max_entries=2, ttl_ms=60_000)
    needing = (cache.snapshot, lambda: cache.restore(b""), lambda: Cache(policy="s3fifo"))
    for call in (Engine, lambda: Engine.open("x"), lambda: Engine.forget("x"), features, RustOPAEngine, *needing):
        try:
            call()
        except ExtensionError as error:
            expect(isinstance(error, ImportError) and error.code == "GRID_ADDON", "an ImportError with its code")
            expect("pip install" in str(error), "the error names the fix")
        else:
            raise SystemExit(f"{call} did not raise")
    cache.set_many({"a": "1", "b": b"2", "c": "3"})
    expect(cache.kind == "fallback" and list(cache.entries()) == [("b", b"2"), ("c", "3")], "the cache works")
    old = RustCache(max_size=1, ttl_secs=300)
    old.set("k", "v", ttl=1)
    expect(old.get("k") == "v" and old.size() == 1, "the old cache works")
    print(caught[0][1])


def expect(holds: bool, what: str) -> None:
    """Fail unless it holds."""
    if not holds:
        raise SystemExit(f"expected: {what}")


if __name__ == "__main__":
    main()
