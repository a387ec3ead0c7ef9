"""The files for Docker: composed as the specification says, without a secret in them, and built from what is there."""

from __future__ import annotations

import json
import re
import subprocess
from importlib import resources
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.architecture.sources import ROOT

CORE = {"migrate", "postgres", "server"}
AIRFLOW = {"airflow", "airflow-dag-processor", "airflow-init", "airflow-role", "airflow-scheduler"}
FULL = CORE | AIRFLOW | {"kafka", "pgadmin", "s3", "topics", "warehouse", "worker"}
ONE_TIME = {"migrate", "topics", "airflow-role", "airflow-init"}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """What docker-compose.yml says."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_it_is_as_the_specification_says(composed: dict[str, Any]) -> None:
    """Every part of the file is one that the specification knows, of the kind that it wants."""
    vendored = resources.files("check_jsonschema.builtin_schemas") / "vendor" / "compose-spec.json"
    problems = Draft7Validator(json.loads(vendored.read_text(encoding="utf-8"))).iter_errors(composed)
    assert [f"{problem.json_path}: {problem.message[:200]}" for problem in problems] == []


def test_each_profile_has_what_it_needs(composed: dict[str, Any]) -> None:
    """The profile core is the app with PostgreSQL; nothing waits for what its profile leaves out; what stays up says whether it is well."""
    services = composed["services"]
    for profile, names in (("core", CORE), ("full", FULL)):
        there = {name for name, service in services.items() if profile in service["profiles"]}
        assert there == names
        assert {other for name in there for other in services[name].get("depends_on", {})} <= there
    for name in FULL:
        for other, wish in services[name].get("depends_on", {}).items():
            done = "service_completed_successfully" if other in ONE_TIME else "service_healthy"
            assert wish["condition"] == done
            is_built = (
                services[other].get("image", "").startswith("goldthread")
            )  # its image has a check of its own
            assert other in ONE_TIME or is_built or "healthcheck" in services[other]


def test_ports_stay_on_this_machine_and_data_in_named_volumes(composed: dict[str, Any]) -> None:
    """No port is opened to others, and no folder of the machine is mounted."""
    for service in composed["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert {volume.partition(":")[0] for volume in service.get("volumes", ())} <= set(composed["volumes"])


def test_every_variable_is_in_the_example_and_no_secret_is(composed: dict[str, Any]) -> None:
    """What the file reads from .env is in .env.example; what has no default there is a secret that the script makes."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
        if re.match(r"[A-Z]", line)
    )
    needed = set(re.findall(r"(?<!\$)\$\{(\w+):\?", text))
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) | {"COMPOSE_PROFILES"} == set(example)
    assert {name for name, value in example.items() if not value} == needed
    assert "/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_script_makes_a_secret_each_and_leaves_those_there_alone(tmp_path: Any) -> None:
    """Every name without a value gets another one; a second run changes nothing."""
    (tmp_path / "docker").mkdir()
    for name in ("docker/make-env", ".env.example"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    run = ["sh", str(tmp_path / "docker" / "make-env")]
    subprocess.run(run, check=True)
    made = (tmp_path / ".env").read_text()
    values = [line.partition("=")[2] for line in made.splitlines() if re.match(r"[A-Z_]+=[\w-]{43}=$", line)]
    assert len(values) == len(set(values)) == 10
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    subprocess.run(run, check=True, capture_output=True)
    assert (tmp_path / ".env").read_text() == made


def test_what_images_are_built_from_is_there_and_let_in() -> None:
    """Each file that the Dockerfile copies is in the repository, and .dockerignore lets it into the build."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == one or source.startswith(f"{one}/") for one in let_in), source
