"""How fast search answers over HTTP at 100,000 assets and as many customers, what it finds, and what its index takes."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from tests.bench import stored
from tests.bench.environments import told_by
from tests.bench.lineage import running
from tests.bench.search_names import Made, customers, datasets, jobs, mistyped
from tests.bench.sections import Section


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many assets there are, and how many questions of each kind are asked."""

    datasets: int = 60_000
    jobs: int = 40_000
    customers: int = 100_000
    questions: int = 300


FULL = Sizes()
QUICK = Sizes(3_000, 2_000, 5_000, 60)

Question = Callable[[Made, random.Random], str]


def run(sizes: Sizes = FULL) -> list[Section]:
    """Measure on a server and a PostgreSQL of its own."""
    with stored.server() as url:
        made = told_by(
            "search_catalog", url, *map(str, (sizes.datasets, sizes.jobs, sizes.customers)), seconds=3_000
        )
        with running(url) as server:
            rows = [_row(server.port, sizes, *question) for question in _questions(sizes)]
    megabytes = {name: made[name] / 2**20 for name in ("entries", "postings", "words")}
    return [
        Section(
            "Search",
            f"{sizes.datasets:,} datasets of twenty columns, {sizes.jobs:,} jobs with SQL and {sizes.customers:,} customers; "
            f"{sizes.questions} questions of each kind, one after the other, over HTTP (`GET /api/v1/search`, ten hits each; "
            "with counts and facets where it says so). We hold ourselves to p95 below 50 ms for all of them. `found`: how "
            "often the asset that the words were taken from is among the ten (columns, SQL and single words are held by many). "
            f"Indexed in the background, {made['indexed'] / made['seconds']:,.0f} assets a second; the index takes "
            f"{megabytes['entries']:,.0f} MB with the texts that are shown, {megabytes['postings']:,.0f} MB of it the words of each "
            f"asset, and {megabytes['words']:,.0f} MB for {made['distinct_words']:,} distinct words.",
            ("what", "p50 ms", "p95 ms", "p99 ms", "found"),
            rows,
        )
    ]


def _questions(sizes: Sizes) -> list[tuple[str, list[Made], Question, dict[str, str]]]:
    tables, work, people = (
        _sample(one, sizes.questions)
        for one in (datasets(sizes.datasets), jobs(sizes.jobs), customers(sizes.customers))
    )

    def last(one: Made) -> str:
        return one.name.rpartition(".")[2]

    def wrong(one: Made, chance: random.Random, *, first: bool) -> str:
        words = last(one).split("_")
        place = max(range(len(words)), key=lambda n: len(words[n]))
        words[place] = mistyped(words[place], chance, first=first)
        return " ".join(words)

    def person(one: Made, chance: random.Random, *, first: bool) -> str:
        names = one.name.lower().split(" ")
        place = max(range(len(names)), key=lambda n: len(names[n]))
        names[place] = mistyped(names[place], chance, first=first)
        return " ".join(names)

    with_facets = {"facets": "true"}
    return [
        ("exact name", tables, lambda one, _: last(one), {}),
        ("the same, counted by facet", tables, lambda one, _: last(one), with_facets),
        ("as you type: three words, the last one half typed", tables, lambda one, _: last(one)[: -len(last(one).rpartition("_")[2]) // 2 or None], {}),
        ("as you type: one letter", tables, lambda one, _: last(one)[0], {}),
        ("as you type: three letters, counted by facet", tables, lambda one, _: last(one)[:3], with_facets),
        ("two words of the name", tables, lambda one, _: " ".join(last(one).split("_")[:2]), {}),
        ("name, a typo in the middle of a word", tables, lambda one, c: wrong(one, c, first=False), {}),
        ("name, the first letter of a word wrong", tables, lambda one, c: wrong(one, c, first=True), {}),
        ("the same, counted by facet", tables, lambda one, c: wrong(one, c, first=True), with_facets),
        ("name of a column", tables, lambda one, c: c.choice(one.columns), {}),
        ("one common word, counted by facet", tables, lambda one, c: c.choice(("order", "event", "raw", "stock")), with_facets),
        ("piece of SQL", work, lambda one, c: " ".join(one.sql.split(", ")[2:4]), {}),
        ("customer by name", people, lambda one, _: one.name, {}),
        ("customer by name, a typo in the middle", people, lambda one, c: person(one, c, first=False), {}),
        ("customer by name, the first letter wrong", people, lambda one, c: person(one, c, first=True), {}),
        ("customer by e-mail", people, lambda one, _: one.email, {}),
        ("customer by phone", people, lambda one, _: one.phone, {}),
    ]  # fmt: skip


def _sample(made: object, count: int) -> list[Made]:
    every = list(made)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    return random.Random(5).sample(every, count)  # noqa: S311


def _row(
    port: int, sizes: Sizes, name: str, wanted: list[Made], ask: Question, more: dict[str, str]
) -> list[str]:
    chance = random.Random(9)  # noqa: S311
    client = http.client.HTTPConnection("127.0.0.1", port)
    took: list[float] = []
    found = 0
    for one in islice(wanted, sizes.questions):
        query = urlencode({"text": ask(one, chance), "first": "10", **more})
        began = time.perf_counter()
        client.request("GET", f"/api/v1/search?{query}")
        answer = client.getresponse()
        body = answer.read()
        took.append(1000 * (time.perf_counter() - began))
        if answer.status != 200:
            raise RuntimeError(f"{query}: {answer.status} {body[:500]!r}")
        hits = json.loads(body)["hits"]
        found += any(hit["id"] == str(one.id) for hit in hits)
    client.close()
    took.sort()
    share = {p: took[min(len(took) - 1, int(len(took) * p / 100))] for p in (50, 95, 99)}
    return [name, *(f"{share[p]:.1f}" for p in (50, 95, 99)), f"{found / len(took):.0%}"]
