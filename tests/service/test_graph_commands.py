"""`goldthread lineage`, `goldthread asof` and `goldthread diff` from the command line."""

from __future__ import annotations

import json

import pytest

from graph.errors import InvalidInputError, NotFoundError
from graph.intake import Intake
from graph.store.database import Database
from lineage.recorder import Recorder
from tests.graph.populations import REST
from tests.graph.populations import told as told_record
from tests.lineage.conftest import dataset, record_all, run_event
from tests.service.test_lineage_commands import Goldthread, goldthread

__all__ = ["goldthread"]

OWNED = {
    "ownership": {"owners": [{"name": "team:finance"}]},
    "schema": {"fields": [{"name": "id", "type": "int"}]},
}


@pytest.fixture
async def told(database: Database) -> None:
    """Record a → clean → b → report → c, the second from the third of January on."""
    recorder = Recorder(database)
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"], "clean")])
    later = run_event(2, "COMPLETE", "2026-01-03T00:00:00Z", ["b"], [], "report")
    await record_all(recorder, [later | {"outputs": [dataset("c", facets=OWNED)]}])
    await recorder.close()


@pytest.mark.usefixtures("told")
async def test_lineage_is_a_tree_with_a_branch_for_each_direction(goldthread: Goldthread) -> None:
    """`show` need not be named; what is left out is counted; a file format prints the file."""
    code, out, _ = await goldthread("lineage", "b")
    lines = [line.rstrip() for line in out.decode().splitlines()]
    assert code == 0
    assert lines[0].startswith("▤ b store as of ")
    assert lines[1:] == [
        "├── comes from",
        "│   └── ⚙ clean scheduler",
        "│       └── ▤ a store",
        "└── goes into",
        "    └── ⚙ report scheduler",
        "        └── ▤ c store",
    ]
    _, out, _ = await goldthread("lineage", "c", "--up", "--depth", "1", "--as-of", "2026-01-05")
    assert "… 1 more not shown" in out.decode()
    _, out, _ = await goldthread("lineage", "--up", "c", "--only", "dataset")
    assert "▤ b store through report" in out.decode()
    _, out, _ = await goldthread("lineage", "c", "--format", "mermaid")
    assert out.decode().startswith('flowchart LR\n  n0[("c")]\n')
    _, out, _ = await goldthread("lineage", "c", "--format", "json", "--only", "job")
    assert [edge["through"] for edge in json.loads(out)["edges"]] == [[{"namespace": "store", "name": "b"}]]


@pytest.mark.usefixtures("told")
async def test_a_dataset_and_its_lineage_are_shown_as_of_an_instant(goldthread: Goldthread) -> None:
    """The day before it was written for the first time nothing is held of it."""
    _, out, _ = await goldthread("asof", "2026-01-02", "lineage", "b", "--down")
    assert out.decode().count("\n") == 1
    _, out, _ = await goldthread("asof", "2026-01-04", "dataset", "c")
    assert "owner team:finance" in out.decode()
    assert "id int" in out.decode()
    _, out, _ = await goldthread("asof", "2026-01-02", "dataset", "c", "--json")
    assert (json.loads(out)["columns"], json.loads(out)["owners"]) == ([], [])


async def test_a_customer_is_shown_as_of_an_instant(database: Database, goldthread: Goldthread) -> None:
    """By id, e-mail address or source key alike, with the source of each attribute."""
    intake = Intake(database)
    (outcome,) = await intake.take_in(
        [told_record("crm", "7", 2, firstName="Anna", lastName="Kurz", email="anna@example.org")], REST
    )
    assert outcome.status == "accepted"
    await intake.close()
    for who in ("anna@example.org", "crm:7", str(outcome.golden_id)):
        _, out, _ = await goldthread("asof", "2024-02-05", "customer", who)
        assert "firstName: Anna crm:7, valid from 2024-02-01T00:00:00Z" in out.decode()
    with pytest.raises(NotFoundError, match="no customer 'crm:7' is known at that time"):
        await goldthread("asof", "2024-01-01", "customer", "crm:7")


@pytest.mark.usefixtures("told")
async def test_a_difference_is_a_tree_with_signs(goldthread: Goldthread) -> None:
    """Around a node or of everything; in JSON as REST answers it."""
    _, out, _ = await goldthread("diff", "2026-01-02", "2026-01-04")
    text = out.decode()
    assert "5 changes" in text
    assert "+ ⚙ report scheduler" in text
    assert "+ ▤ b store → ⚙ report scheduler observed since 2026-01-03T00:00:00Z" in text
    assert "added: id int" in text
    _, out, _ = await goldthread("diff", "2026-01-02", "now", "a", "--json")
    assert [(one["part"], one["added"]) for one in json.loads(out)["counts"]] == [
        ("nodes", 2),
        ("edges", 2),
        ("columns", 0),
        ("schemas", 1),
    ]
    _, out, _ = await goldthread("diff", "2026-01-02", "now", "--known")
    assert out.decode().startswith("10 changes from as of ")
    assert ", known at 2026-01-02T00:00:00Z to as of " in out.decode()


async def test_names_do_nothing_but_stand_in_a_terminal(database: Database, goldthread: Goldthread) -> None:
    """What clears the screen, turns the line around, begins a new one or is markup is shown as marks."""
    recorder = Recorder(database)
    names = ["[red]a\x1b[2Jb", "new\nline", "\u202eturned"]
    await record_all(recorder, [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", names, ["b"], "clean")])
    await recorder.close()
    _, out, _ = await goldthread("lineage", "b")
    assert [line.split("▤ ")[1].rstrip() for line in out.decode().splitlines()[-3:]] == [
        "[red]a\N{REPLACEMENT CHARACTER}[2Jb store",
        "new line store",
        "\N{REPLACEMENT CHARACTER}turned store",
    ]
    _, out, _ = await goldthread("diff", "2025-01-01", "now")
    assert "+ ▤ [red]a\N{REPLACEMENT CHARACTER}[2Jb store" in out.decode()
    assert not any(mark in out.decode() for mark in ("\x1b", "\u202e", "new\n"))


@pytest.mark.usefixtures("told")
async def test_what_cannot_be_answered_is_told_in_one_line(goldthread: Goldthread) -> None:
    """A name nobody knows, an instant without a zone, a format that does not go together with what is left out."""
    with pytest.raises(NotFoundError, match="no dataset or job 'nothing' is known"):
        await goldthread("lineage", "nothing")
    with pytest.raises(InvalidInputError, match=r"^--as-of: "):
        await goldthread("lineage", "b", "--as-of", "2026-01-01T00:00:00")
    with pytest.raises(InvalidInputError, match="--only: goes with the formats tree and json"):
        await goldthread("lineage", "b", "--only", "job", "--format", "csv")
