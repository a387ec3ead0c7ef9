"""What Goldthread's DAGs share: how a task calls `goldthread`, their assets, retries and who is told of failures.

Airflow, dbt and Goldthread each have an environment of their own: a task calls the program that GOLDTHREAD_BIN names by its
absolute path, and gets its answer as JSON.
"""

from __future__ import annotations

import html
import json
import os
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.openlineage.plugins.macros import lineage_parent_id, lineage_root_parent_id
from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.sdk import Asset, Connection, get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

SECONDS = 20.0
"""How long a mail server or a webhook may take."""

_URIS = json.loads(os.environ.get("GOLDTHREAD_ASSETS", "{}"))


def _asset(name: str) -> Asset:
    return Asset(name=name, uri=_URIS.get(name, f"goldthread://datasets/{name}"))


LAKE_CUSTOMERS = _asset("lake_customers")
LAKE_ORDERS = _asset("lake_orders")
WAREHOUSE_CUSTOMERS = _asset("warehouse_customers")
WAREHOUSE_ORDERS = _asset("warehouse_orders")


def goldthread(*command: str) -> dict[str, Any]:
    """Run `goldthread COMMAND…` as a part of this task, as lineage sees it, and return its answer, which is JSON.

    Fails for good where the command was asked for something that cannot be (exit code 2), and is tried again where something
    else is in the way.
    """
    task = get_current_context()["ti"]
    tie = {
        "OPENLINEAGE_PARENT_ID": lineage_parent_id(task),
        "OPENLINEAGE_ROOT_PARENT_ID": lineage_root_parent_id(task),
    }
    program = os.environ["GOLDTHREAD_BIN"]
    done = subprocess.run(  # noqa: S603 - our own program
        [program, *command],
        env={**os.environ, **tie},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        print(done.stderr, end="")
        return json.loads(done.stdout)
    words = done.stderr.strip() or f"ended with exit code {done.returncode}"
    if done.returncode == 2:
        raise AirflowFailException(words)
    raise RuntimeError(words)


def step(name: str, **conf: Any) -> dict[str, Any]:
    """Do one of Goldthread's own steps, and return what it says of it."""
    return goldthread("step", name, "--conf", json.dumps(conf))


def told(outlet_events: Any, asset: Asset, answer: dict[str, Any]) -> dict[str, Any]:
    """Put what was loaded into the event of an asset, so that what follows knows which version of it that is."""
    outlet_events[asset].extra = {name: answer[name] for name in ("version", "rows") if name in answer}
    return answer


def tell_of_failure(context: Any) -> None:
    """Tell by mail (connection `smtp_default`) and webhook (connection `goldthread_alerts`), as far as these are set up."""
    task = context["ti"]
    told = {
        "dag": task.dag_id,
        "task": task.task_id,
        "run": context["run_id"],
        "try": task.try_number,
        "error": str(context.get("exception") or ""),
        "log": task.log_url,
    }
    for tell, connection_id in ((_mail, "smtp_default"), (_post, "goldthread_alerts")):
        try:
            tell(Connection.get(connection_id), told)
        except AirflowNotFoundException:
            continue  # not set up
        except Exception as error:  # a failure that cannot be told must not become another one
            print(f"the failure was not told by {connection_id}: {type(error).__name__}: {error}")


def _mail(server: Connection, told: dict[str, Any]) -> None:
    """Send a mail as the SMTP provider does, to the addresses by commas that the connection's extra names `to_emails`."""
    if receivers := server.extra_dejson.get("to_emails"):
        rows = "".join(f"<p><b>{name}</b>: {html.escape(str(value))}</p>" for name, value in told.items())
        with SmtpHook(smtp_conn_id=server.conn_id) as mail:
            mail.send_email_smtp(
                to=receivers, subject=f"{told['dag']}.{told['task']} failed", html_content=rows
            )


def _post(hook: Connection, told: dict[str, Any]) -> None:
    """Post it as JSON to the address that is the connection's host (https://…); its password is the bearer token, if any."""
    headers = {"Content-Type": "application/json"}
    if hook.password:
        headers["Authorization"] = f"Bearer {hook.password}"
    address = str(hook.host)
    if not address.startswith(("https://", "http://")):
        raise ValueError("the host of the connection is no address that begins with https://")
    request = urllib.request.Request(address, json.dumps(told).encode(), headers)  # noqa: S310 - checked
    urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310


USUAL: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "dagrun_timeout": timedelta(hours=2),
    "default_args": {
        "owner": "goldthread",
        "retries": 3,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(minutes=30),
        "on_failure_callback": tell_of_failure,
    },
}
