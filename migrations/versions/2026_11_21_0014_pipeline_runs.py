"""Pipelines that are run from here: their runs with every task, when they are due, and which files were offered to them."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UPGRADE = """
-- The runs of pipelines, and at the same time the outbox: a row in state `waiting` is carried out by a worker. What starts a
-- run names it by `cause_key` (the key that a client chose, the file, the tick), so that it starts one run, however often it
-- tries. `dag_run_id` follows from `run_id`, so that a run is started in Airflow once, however often that is tried.
create table pipeline_run (
  tenant_id int4 not null references tenant,
  run_id uuid not null,
  pipeline_id uuid not null,
  pipeline_name text not null,
  engine text not null constraint pipeline_run_engine_known check (engine in ('airflow', 'worker')),
  work text not null,
  conf jsonb not null,
  cause text not null constraint pipeline_run_cause_known check (cause in ('request', 'new_file', 'schedule', 'airflow')),
  cause_key text,
  file_key text,
  scheduled_for timestamptz,
  requested_by text,
  requested_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting'
    constraint pipeline_run_state_known check (state in ('waiting', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
  state_reason text,
  error text,
  result jsonb,
  attempts int4 not null default 0,
  first_attempt_at timestamptz,
  next_attempt_at timestamptz not null default clock_timestamp(),
  dag_run_id text,
  lineage_run_id uuid,
  logs_url text,
  started_at timestamptz,
  reopened_at timestamptz,
  ended_at timestamptz,
  cancel_requested_at timestamptz,
  changed_at timestamptz not null default clock_timestamp(),
  start_reported_at timestamptz,
  end_reported_at timestamptz,
  constraint pipeline_run_ends_somehow check ((ended_at is null) = (state in ('waiting', 'queued', 'running'))),
  primary key (tenant_id, run_id)
);
create unique index pipeline_run_once_for_its_cause on pipeline_run (tenant_id, pipeline_id, cause, cause_key)
  where cause_key is not null;
create unique index pipeline_run_of_dag_run on pipeline_run (tenant_id, work, dag_run_id) where dag_run_id is not null;
create index pipeline_run_open on pipeline_run (tenant_id, engine, next_attempt_at) where ended_at is null;
create index pipeline_run_of_pipeline on pipeline_run (tenant_id, pipeline_id, run_id);
create index pipeline_run_changed on pipeline_run (tenant_id, changed_at, run_id);
create index pipeline_run_unreported on pipeline_run (tenant_id, run_id)
  where start_reported_at is null or end_reported_at is null;

-- The tasks of a run, every try of each; `map_index` is -1 where a task is not mapped. `state` is in the words of who did it.
create table pipeline_task (
  tenant_id int4 not null,
  run_id uuid not null,
  task_id text not null,
  map_index int4 not null,
  try_number int4 not null,
  is_newest bool not null,
  state text,
  operator text,
  started_at timestamptz,
  ended_at timestamptz,
  error text,
  logs_url text,
  primary key (tenant_id, run_id, task_id, map_index, try_number),
  foreign key (tenant_id, run_id) references pipeline_run on delete cascade
);

-- When the pipelines that have a schedule are due next; derived from the pipelines, kept so that no tick is forgotten.
create table pipeline_tick (
  tenant_id int4 not null references tenant,
  pipeline_id uuid not null,
  schedule text not null,
  time_zone text not null,
  next_at timestamptz not null,
  primary key (tenant_id, pipeline_id)
);

-- Up to which change of its runs an Airflow was read back.
create table airflow_reading (
  tenant_id int4 not null references tenant,
  url text not null,
  read_to timestamptz not null,
  primary key (tenant_id, url)
);

-- Which of the lake's files were offered to pipelines that are run by new files; those that are there already are not new.
alter table lake_file add column offered_at timestamptz;
alter table message_file add column offered_at timestamptz;
update lake_file set offered_at = clock_timestamp() where status = 'written';
update message_file set offered_at = clock_timestamp() where status in ('written', 'replaced');
create index lake_file_to_offer on lake_file (tenant_id, system_to_inclusive) where offered_at is null and status = 'written';
create index message_file_to_offer on message_file (tenant_id, seq) where offered_at is null and status in ('written', 'replaced');

-- The run that a load is part of, as OpenLineage's facet `parent` names it.
alter table warehouse_load add column parent jsonb;
alter table message_file add column load_parent jsonb;
"""

DOWNGRADE = """
alter table message_file drop column load_parent, drop column offered_at;
alter table warehouse_load drop column parent;
alter table lake_file drop column offered_at;
drop table airflow_reading, pipeline_tick, pipeline_task, pipeline_run;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
