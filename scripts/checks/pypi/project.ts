// For tests: a small project that has only a Python package, which maturin builds.
import { writeFiles } from "../fixtures/small-project.ts";

const PYPROJECT = `[build-system]
requires = ["maturin>=1.9.4,<2"]
build-backend = "maturin"

[project]
name = "small-sum"
version = "0.1.0"
license = "MIT"
requires-python = ">=3.9"

[tool.maturin]
module-name = "small_sum._native"
python-source = "python"

[tool.boardkit]
pythonSmoke = "smoke.py"
`;

const CARGO = `[package]
name = "small-sum"
version = "0.1.0"
edition = "2021"
exclude = ["/dist"]

[lib]
name = "_native"
crate-type = ["cdylib"]

[dependencies]
pyo3 = { version = "0.30", default-features = false, features = ["abi3-py39", "macros"] }

[profile.release]
strip = true
codegen-units = 1

[workspace]
`;

const LIB = `use pyo3::prelude::*;

#[pyfunction]
fn sum(a: i64, b: i64) -> i64 {
    a + b
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sum, module)?)
}
`;

/** Writes the project into a folder. */
export function writePythonProject(folder: string): void {
  writeFiles(folder, {
    "pyproject.toml": PYPROJECT,
    "Cargo.toml": CARGO,
    "src/lib.rs": LIB,
    "python/small_sum/__init__.py": 'from ._native import sum\n\n__all__ = ["sum"]\n',
    "smoke.py": "from small_sum import sum\n\nassert sum(40, 2) == 42\nprint('42 by the wheel')\n",
  });
}
