"""Virtual environments of the peers, made from their PyPI packages, and programs run in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = {
    "splink": ("splink==5.0.0", "recordlinkage==0.16"),
    "goldenmatch": ("goldenmatch==3.22.0",),
    "pseudopeople": ("pseudopeople==1.3.1",),
}
"""What is installed for each; recordlinkage brings the FEBRL data."""

HERE = Path(__file__).parent


def cache() -> Path:
    """Return the folder in which environments and data are kept, $GOLDTHREAD_BENCH_CACHE or ~/.cache/goldthread-bench."""
    folder = Path(os.environ.get("GOLDTHREAD_BENCH_CACHE") or Path.home() / ".cache" / "goldthread-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment(name: str) -> Path:
    """Return the folder of an environment, made on first use."""
    folder = cache() / name
    made = folder / "made"
    if not made.exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "-q", "--clear", "--python", "3.11", folder], check=True)
        python = folder / "bin" / "python"
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *REQUIREMENTS[name]], check=True)
        made.touch()
    return folder


def febrl(name: str) -> Path:
    """Return a CSV file of the FEBRL data sets, e.g. `dataset3`."""
    (found,) = environment("splink").glob(
        f"lib/python*/site-packages/recordlinkage/datasets/febrl/{name}.csv"
    )
    return found


def told_by(
    program: str, *arguments: str | Path, environ: str | None = None, seconds: float | None = None
) -> dict[str, Any]:
    """Run a program of this folder in an environment (ours where None) and return the JSON object it prints last.

    Raises RuntimeError with what it complained about where it fails, TimeoutExpired where it takes more `seconds`.
    """
    python = Path(sys.executable) if environ is None else environment(environ) / "bin" / "python"
    module = ["-m", f"tests.bench.{program}"] if environ is None else [str(HERE / f"{program}.py")]
    done = subprocess.run(
        [python, *module, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=HERE.parent.parent,
        check=False,
        timeout=seconds,
        env=os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode:
        raise RuntimeError(f"{program} {arguments} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
