"""Lineage: datasets and jobs, OpenLineage events as they came, runs, facets, and edges on both time axes."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = """
-- Ids follow from the names (graph.identity.content_id), so two writers never give one dataset two ids.
-- Names may be longer than an index entry: the indexes hold their digests, and their last 200 characters backwards, by
-- which a name is found by its end alone ("customers" for "db.mart.customers").
create table dataset (
  tenant_id int4 not null references tenant,
  dataset_id uuid not null,
  namespace text not null,
  name text not null,
  constraint dataset_is_named check (namespace <> '' and name <> ''),
  primary key (tenant_id, dataset_id)
);
create unique index dataset_name on dataset (tenant_id, md5(namespace), md5(name));
create index dataset_name_backwards on dataset (tenant_id, left(reverse(name), 200) collate "C");

create table job (
  tenant_id int4 not null references tenant,
  job_id uuid not null,
  namespace text not null,
  name text not null,
  constraint job_is_named check (namespace <> '' and name <> ''),
  primary key (tenant_id, job_id)
);
create unique index job_name on job (tenant_id, md5(namespace), md5(name));
create index job_name_backwards on job (tenant_id, left(reverse(name), 200) collate "C");

-- What runs, jobs and datasets are said to be; immutable, addressed by content, kept once.
create table facet (
  tenant_id int4 not null references tenant,
  digest bytea not null constraint facet_digest_length check (octet_length(digest) = 16),
  body jsonb not null,
  primary key (tenant_id, digest)
);

-- The latest time of each event type decides the state, so the order of arrival does not: FAIL and ABORT stick unless
-- a START or RUNNING strictly later follows; else COMPLETE, else RUNNING, else START; OTHER never counts.
create table run (
  tenant_id int4 not null,
  run_id uuid not null,
  job_id uuid not null,
  started_at timestamptz not null,
  last_start_at timestamptz,
  last_running_at timestamptz,
  last_complete_at timestamptz,
  last_abort_at timestamptz,
  last_fail_at timestamptz,
  state text not null generated always as (
    case
      when greatest(last_fail_at, last_abort_at) is not null
       and not coalesce(greatest(last_start_at, last_running_at) > greatest(last_fail_at, last_abort_at), false)
      then case when last_abort_at is null or last_fail_at >= last_abort_at then 'FAIL' else 'ABORT' end
      when greatest(last_fail_at, last_abort_at) is not null
      then case
             when last_complete_at >= greatest(last_start_at, last_running_at) then 'COMPLETE'
             when last_running_at > greatest(last_fail_at, last_abort_at) then 'RUNNING'
             else 'START'
           end
      when last_complete_at is not null then 'COMPLETE'
      when last_running_at is not null then 'RUNNING'
      when last_start_at is not null then 'START'
      else 'OTHER'
    end
  ) stored,
  ended_at timestamptz generated always as (greatest(last_complete_at, last_abort_at, last_fail_at)) stored,
  nominal_from timestamptz,
  nominal_to timestamptz,
  parent_run_id uuid,
  root_run_id uuid,
  inputs uuid[] not null,
  outputs uuid[] not null,
  primary key (tenant_id, run_id),
  foreign key (tenant_id, job_id) references job
) with (fillfactor = 80);
create index run_of_job on run (tenant_id, job_id, started_at, run_id);

-- Every event as it came, byte for byte, compressed with zstd. Its id starts with the milliseconds of its time and ends
-- with a digest of its content: a re-sent event collides, and ids sort in time.
create table lineage_event (
  tenant_id int4 not null references tenant,
  event_id uuid not null,
  event_time timestamptz not null,
  system_from timestamptz not null,
  kind text not null constraint lineage_event_kind_known check (kind in ('run', 'job', 'dataset')),
  event_type text constraint lineage_event_type_known
    check (event_type in ('START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER')),
  run_id uuid,
  job_id uuid,
  dataset_id uuid,
  body bytea not null,
  constraint lineage_event_refers_by_kind check (
    (kind = 'run') = (run_id is not null and event_type is not null)
    and (kind in ('run', 'job')) = (job_id is not null)
    and (kind = 'dataset') = (dataset_id is not null)
  ),
  primary key (tenant_id, event_id),
  foreign key (tenant_id, run_id) references run,
  foreign key (tenant_id, job_id) references job,
  foreign key (tenant_id, dataset_id) references dataset
);
alter table lineage_event alter column body set storage external;

-- What each event about a job itself declares; the edges of kind 'declared' follow from these.
create table job_declaration (
  tenant_id int4 not null,
  job_id uuid not null,
  valid_from timestamptz not null,
  event_id uuid not null,
  inputs uuid[] not null,
  outputs uuid[] not null,
  primary key (tenant_id, job_id, valid_from, event_id),
  foreign key (tenant_id, job_id) references job
);

-- The newest facet of each name that a run has sent; bodies that repeat from run to run lie in facet.
create table run_facet (
  tenant_id int4 not null,
  run_id uuid not null,
  name text not null,
  valid_from timestamptz not null,
  event_id uuid not null,
  digest bytea,
  body jsonb,
  constraint run_facet_has_one_body check (num_nonnulls(digest, body) = 1),
  primary key (tenant_id, run_id, name),
  foreign key (tenant_id, run_id) references run,
  foreign key (tenant_id, digest) references facet
) with (fillfactor = 80);

-- What a run saw of a dataset it read (role I) or wrote (role O): statistics, quality, subsets.
create table run_dataset_facet (
  tenant_id int4 not null,
  run_id uuid not null,
  dataset_id uuid not null,
  role "char" not null constraint run_dataset_facet_role_known check (role in ('I', 'O')),
  name text not null,
  valid_from timestamptz not null,
  event_id uuid not null,
  body jsonb not null,
  primary key (tenant_id, run_id, dataset_id, role, name),
  foreign key (tenant_id, run_id) references run,
  foreign key (tenant_id, dataset_id) references dataset
) with (fillfactor = 80);

-- Append-only: a facet of the name was observed at that instant, on an input (I), an output (O) or the dataset itself (D).
create table dataset_facet (
  tenant_id int4 not null,
  dataset_id uuid not null,
  name text not null,
  valid_from timestamptz not null,
  digest bytea not null,
  role "char" not null constraint dataset_facet_role_known check (role in ('I', 'O', 'D')),
  system_from timestamptz not null,
  primary key (tenant_id, dataset_id, name, valid_from, digest, role),
  foreign key (tenant_id, dataset_id) references dataset,
  foreign key (tenant_id, digest) references facet
);

create table job_facet (
  tenant_id int4 not null,
  job_id uuid not null,
  name text not null,
  valid_from timestamptz not null,
  digest bytea not null,
  system_from timestamptz not null,
  primary key (tenant_id, job_id, name, valid_from, digest),
  foreign key (tenant_id, job_id) references job,
  foreign key (tenant_id, digest) references facet
);

-- A job reads (I) or writes (O) a dataset for a span of valid time, as believed for a span of system time. Rows are
-- added and closed on the system axis, never changed on the valid axis.
create table lineage_edge (
  tenant_id int4 not null,
  job_id uuid not null,
  dataset_id uuid not null,
  direction "char" not null constraint lineage_edge_direction_known check (direction in ('I', 'O')),
  kind text not null constraint lineage_edge_kind_known check (kind in ('observed', 'declared')),
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  system_from timestamptz not null,
  system_to timestamptz not null default 'infinity',
  constraint lineage_edge_valid_not_empty check (valid_from < valid_to),
  constraint lineage_edge_system_not_empty check (system_from < system_to),
  primary key (tenant_id, job_id, dataset_id, direction, kind, valid_from, system_from),
  foreign key (tenant_id, job_id) references job,
  foreign key (tenant_id, dataset_id) references dataset
);
create unique index lineage_edge_believed on lineage_edge (tenant_id, job_id, dataset_id, direction, kind, valid_from)
  where system_to = 'infinity';
create index lineage_edge_of_dataset_believed on lineage_edge (tenant_id, dataset_id, direction, valid_to)
  where system_to = 'infinity';
create index lineage_edge_of_job_believed on lineage_edge (tenant_id, job_id, direction, valid_to)
  where system_to = 'infinity';
create index lineage_edge_of_dataset on lineage_edge (tenant_id, dataset_id, direction, valid_from);
create index lineage_edge_of_job on lineage_edge (tenant_id, job_id, direction, valid_from);
"""

DOWNGRADE = """
drop table lineage_edge, job_facet, dataset_facet, run_dataset_facet, run_facet, job_declaration, lineage_event, run,
  facet, job, dataset;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
