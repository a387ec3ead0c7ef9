"""Why a task failed, by the lines of its log as Airflow 3 writes them."""

from __future__ import annotations

from typing import Any

from ingest.airflow_logs import LONGEST, failure_in

CAUGHT: dict[str, Any] = {
    "level": "error",
    "event": "no cache",
    "error_detail": [{"exc_type": "KeyError", "exc_value": "'rates'"}],
}
ENDED: dict[str, Any] = {
    "level": "error",
    "event": "Task failed with exception",
    "error_detail": [
        {"exc_type": "ValueError", "exc_value": "no amount"},
        {"exc_type": "KeyError", "exc_value": "'amount'"},
    ],
}
AFTER: dict[str, Any] = {
    "level": "error",
    "event": "Failed to run task callback",
    "error_detail": [{"exc_type": "OSError", "exc_value": "no mail"}],
}


def told(*lines: Any) -> str | None:
    """Return what is told of a log."""
    failure = failure_in(lines)
    return None if failure is None else str(failure)


def test_what_ended_a_task_is_told_from_what_it_caught_and_what_failed_after_it() -> None:
    """The exception counts that ended it, of a chain the last one raised; else the last exception of all."""
    assert told({"event": "begins"}, CAUGHT, ENDED, AFTER) == "ValueError: no amount"
    assert told(CAUGHT, AFTER) == "OSError: no mail"


def test_without_an_exception_the_last_error_is_told() -> None:
    """Lines of other levels, and what is no line of a log at all, tell nothing."""
    killed = {"level": "ERROR", "event": "the worker was killed"}
    assert (
        told("text", killed, {"level": "info", "event": "over"}, {"level": "error"})
        == "the worker was killed"
    )
    assert told({"level": "info", "event": "over"}, "text", None) is None
    assert told() is None


def test_an_exception_without_words_is_told_by_its_type_and_a_long_one_is_cut() -> None:
    """Nothing is told twice, and nothing without an end."""
    wordless = ENDED | {"error_detail": [{"exc_type": "KeyboardInterrupt", "exc_value": ""}]}
    assert told(wordless) == "KeyboardInterrupt"
    long = ENDED | {"error_detail": [{"exc_type": "E", "exc_value": "x" * 9_000}]}
    assert told(long) == "E: " + "x" * (LONGEST - 3)
