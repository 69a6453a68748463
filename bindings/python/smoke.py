"""Runs the behaviour cases in a Python of the target, without other packages: `boardkit build --binding python` calls it."""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# The cases as JSON, which an emulator reads quickly; integers are texts that begin with NUL.
CASES = HERE.parent / "node/lib/cases.json"
MARK = "\0"

sys.path.insert(0, str(HERE / "tests"))
import boardkit_grid as grid  # noqa: E402
from case_runner import LARGE_INTEGER, run_case  # noqa: E402 -- It needs the path above.


def main() -> None:
    """Run all cases; exit with the failures."""
    started = time.monotonic()
    counts = {"engine": 0, "cache": 0}
    failures, skipped = [], 0
    for file in json.loads(CASES.read_text()):
        for case in map(plain, file["cases"]):
            if set(case.get("needs", [])) - set(grid.features()):
                skipped += 1
            elif case["name"] != LARGE_INTEGER:
                try:
                    run_case(file["kind"], case)
                except Exception as error:
                    failures.append(f"{file['file']}: {case['name']}: {error}")
                counts[file["kind"]] += 1
    if failures or min(counts.values()) < 100:
        raise SystemExit("\n".join([*failures, f"{len(failures)} of {counts} cases failed"]))
    python = f"Python {platform.python_version()} on {platform.machine()}"
    print(f"{counts['engine']} engine and {counts['cache']} cache cases, {skipped} skipped, {python}, {time.monotonic() - started:.1f} s")


def plain(value: Any) -> Any:
    """Replace marked texts by their integers."""
    if isinstance(value, str):
        return int(value[1:]) if value.startswith(MARK) else value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    main()
