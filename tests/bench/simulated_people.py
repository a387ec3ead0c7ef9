"""Writes simulated people as four sources know them; runs in the environment of pseudopeople. Arguments: seed, folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

SOURCES: dict[str, tuple[str, int | None]] = {
    "census": ("generate_decennial_census", 2020),
    "wic": ("generate_women_infants_and_children", None),
    "ssa": ("generate_social_security", 2030),
    "tax": ("generate_taxes_w2_and_1099", 2020),
}


def main(seed: int, folder: Path) -> None:
    """Write a Parquet file per source."""
    pseudopeople: Any = importlib.import_module("pseudopeople")
    for name, (generate, year) in SOURCES.items():
        getattr(pseudopeople, generate)(seed=seed, year=year).to_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
    print("{}")
