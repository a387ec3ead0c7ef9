"""What carries a pipeline out: a DAG of Airflow, or one of the steps that the worker does itself. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.catalog.schedule import Schedule

Engine = Literal["airflow", "worker"]

FILE_DATASETS = ("customers", "orders")
"""The datasets of the lake whose new files may start runs."""

_DAG_ID = re.compile(r"[A-Za-z0-9_.-]{1,250}")


@dataclass(frozen=True, slots=True)
class StepOption:
    """One member of the conf of a step; `type` is what JSON calls it."""

    name: str
    description: str
    is_required: bool = False
    type: Literal["text", "number", "flag"] = "text"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the worker can do itself."""

    name: str
    description: str
    options: tuple[StepOption, ...] = ()


_FILE_KEY = StepOption(
    "file_key",
    "Where the file lies. It is loaded with whatever of its dataset is older and not loaded yet; absent: all there is.",
)

STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step(
            "export_customers",
            "Writes what changed of the customers into the lake; with Kafka, the worker does that all the time.",
        ),
        Step(
            "load_customers",
            "Loads the lake's customer files into the warehouse, with all versions.",
            (_FILE_KEY,),
        ),
        Step("load_orders", "Loads the lake's order files into the warehouse.", (_FILE_KEY,)),
        Step(
            "compact_lake",
            "Makes few large files of many small ones that the warehouse holds already.",
            (StepOption("rows", "So many rows a file has at most.", type="number"),),
        ),
        Step(
            "match",
            "Compares everybody with everybody by the match model of now.",
            (
                StepOption("entity_type", "Whose records; absent: customer."),
                StepOption("all", "Whether to work out everybody anew.", type="flag"),
            ),
        ),
        Step(
            "deliver",
            "Takes a file of the landing folder in; a file is taken in once.",
            (
                StepOption("system", "The source system that the file is from, such as crm.", True),
                StepOption("file", "The file's name in the landing folder of the system.", True),
            ),
        ),
    )
}
"""The steps by their names."""


@dataclass(frozen=True, slots=True)
class Work:
    """What carries a pipeline out; `name` is the id of a DAG or the name of a step."""

    engine: Engine
    name: str

    @classmethod
    def of(cls, text: str) -> Work:
        """Return the work that a text such as airflow:DAG or worker:STEP names; raises ValueError where it names none."""
        engine, separator, name = text.partition(":")
        engine, name = engine.strip().lower(), name.strip()
        if not separator or engine not in ("airflow", "worker"):
            raise ValueError(f"must be airflow:DAG or worker:STEP, got {text[:60]!r}")
        if engine == "airflow" and not _DAG_ID.fullmatch(name):
            raise ValueError(
                f"must name a DAG by letters, digits, dots, dashes and underscores, got {name[:60]!r}"
            )
        if engine == "worker" and name not in STEPS:
            nearest = difflib.get_close_matches(name[:60], STEPS, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(STEPS)}"
            raise ValueError(f"names the step {name[:60]!r}, which is not known; {hint}")
        return cls(engine, name)

    def __str__(self) -> str:
        """Return the text that names it."""
        return f"{self.engine}:{self.name}"


@dataclass(frozen=True, slots=True)
class Running:
    """How a pipeline is run: its work, and what starts it without being asked."""

    work: Work
    schedule: Schedule | None = None
    on_new_file: str | None = None

    @classmethod
    def of(cls, attributes: Mapping[str, Any]) -> Running | None:
        """Return how the pipeline with these attributes is run; None where nothing carries it out."""
        if attributes.get("runs_as") is None:
            return None
        cron = attributes.get("schedule")
        return cls(
            Work.of(attributes["runs_as"]),
            None if cron is None else Schedule(cron, attributes.get("time_zone") or "UTC"),
            attributes.get("on_new_file"),
        )


def work_text(text: str) -> str:
    """Return the text that names a work as it is kept; raises ValueError where it names none."""
    return str(Work.of(text))


def file_dataset(text: str) -> str:
    """Return the name of a dataset whose files may start runs; raises ValueError where it is none."""
    if text not in FILE_DATASETS:
        raise ValueError(f"must be one of {', '.join(FILE_DATASETS)}, got {text[:60]!r}")
    return text


def checked_conf(work: Work, conf: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong with the conf of a run, as paths and reasons; a DAG's is known to Airflow alone."""
    if work.engine == "airflow":
        reserved = "openlineage" in conf
        return [("$.conf.openlineage", "is set by Goldthread: leave it out")] if reserved else []
    options = {option.name: option for option in STEPS[work.name].options}
    known = f"known are {', '.join(options)}" if options else "this step takes none"
    problems = [(f"$.conf.{name[:60]}", f"is not known; {known}") for name in conf if name not in options]
    for option in options.values():
        value = conf.get(option.name)
        if value is None:
            if option.is_required:
                problems.append((f"$.conf.{option.name}", "is missing"))
        elif not _is(option, value):
            problems.append((f"$.conf.{option.name}", f"must be {_WORDS[option.type]}, got {value!r:.60}"))
    return problems


_WORDS = {"text": "text", "number": "a whole number from 1 on", "flag": "true or false"}


def _is(option: StepOption, value: object) -> bool:
    if option.type == "number":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, bool if option.type == "flag" else str)
