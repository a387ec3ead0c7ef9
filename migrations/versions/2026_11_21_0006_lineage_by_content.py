"""Lineage by content: what events repeat is kept once, and what it says of datasets and jobs has versions on both time axes."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from graph.store.migrations import run_script, scripts_folder

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UPGRADE = """
-- The events recorded so far keep their bytes and wait to be recorded anew: everything below follows from events alone.
create table lineage_replay (
  tenant_id int4 not null references tenant,
  event_id uuid not null,
  body bytea not null,
  primary key (tenant_id, event_id)
);
insert into lineage_replay (tenant_id, event_id, body) select tenant_id, event_id, body from lineage_event;

drop table lineage_edge, job_facet, dataset_facet, run_dataset_facet, run_facet, job_declaration, lineage_event, run,
  facet, job, dataset;

-- One writer of a tenant's lineage at a time: whoever writes locks this row first. What a process remembers of the model
-- holds as long as the version is the one it left behind; where rows are taken away or rewritten the epoch grows too, and
-- even names, facets and mentions that were there are looked up again. Retention has let go of the bodies of events from
-- before `bodies_since`.
create table lineage_head (
  tenant_id int4 not null references tenant,
  version int8 not null default 0,
  epoch int8 not null default 0,
  bodies_since timestamptz,
  primary key (tenant_id)
) with (fillfactor = 10);
insert into lineage_head (tenant_id) select tenant_id from tenant;

-- Ids follow from the names (graph.identity.content_id), so two writers never give one dataset two ids.
-- Names may be longer than an index entry: the indexes hold their digests, and their last 200 characters backwards, by
-- which a name is found by its end alone ("customers" for "db.mart.customers").
create table dataset (
  tenant_id int4 not null references tenant,
  dataset_id uuid not null,
  namespace text not null,
  name text not null,
  system_from timestamptz not null,
  constraint dataset_is_named check (namespace <> '' and name <> ''),
  primary key (tenant_id, dataset_id)
);
create unique index dataset_name on dataset (tenant_id, md5(namespace), md5(name));
create index dataset_name_backwards on dataset (tenant_id, left(reverse(name), 200) collate "C");

-- `part_of` is the job that a step such as a single SQL statement of a task belongs to: what it reads and writes is told
-- of that job, and it has no edges of its own.
create table job (
  tenant_id int4 not null references tenant,
  job_id uuid not null,
  namespace text not null,
  name text not null,
  part_of uuid,
  system_from timestamptz not null,
  constraint job_is_named check (namespace <> '' and name <> ''),
  constraint job_is_not_part_of_itself check (part_of <> job_id),
  primary key (tenant_id, job_id)
);
create unique index job_name on job (tenant_id, md5(namespace), md5(name));
create index job_name_backwards on job (tenant_id, left(reverse(name), 200) collate "C");
create index job_parts on job (tenant_id, part_of) where part_of is not null;

-- Two names of one dataset: an event said that the one is also called the other (symlink), or was called so before
-- (rename: `other_id` is the earlier name). Once said it holds for all valid time, from the system instant on.
create table dataset_link (
  tenant_id int4 not null,
  dataset_id uuid not null,
  other_id uuid not null,
  kind text not null constraint dataset_link_kind_known check (kind in ('symlink', 'rename')),
  valid_from timestamptz not null,
  system_from timestamptz not null,
  constraint dataset_link_joins_two check (dataset_id <> other_id),
  primary key (tenant_id, dataset_id, other_id, kind),
  foreign key (tenant_id, dataset_id) references dataset,
  foreign key (tenant_id, other_id) references dataset (tenant_id, dataset_id)
);
create index dataset_link_back on dataset_link (tenant_id, other_id);

-- What runs, jobs and datasets are said to be; immutable, addressed by content, kept once.
create table facet (
  tenant_id int4 not null references tenant,
  digest bytea not null constraint facet_digest_length check (octet_length(digest) = 16),
  body jsonb not null,
  primary key (tenant_id, digest)
);

-- Column lineage of a statement (a facet in the shape of columnLineage), for questions from its inputs on. An empty
-- input column: the dataset as a whole; an empty output column: every column of the output. Columns, paths of nested ones
-- above all, may be longer than an index entry.
create table column_edge (
  tenant_id int4 not null,
  digest bytea not null,
  input_id uuid not null,
  input_column text not null,
  output_column text not null,
  foreign key (tenant_id, digest) references facet
);
create unique index column_edge_once on column_edge
  (tenant_id, digest, input_id, (md5(input_column)::uuid), (md5(output_column)::uuid));
create index column_edge_of_input on column_edge (tenant_id, input_id, md5(input_column));

-- What an event mentions, kept once for all the events that mention the same: its job (role J), its datasets as inputs
-- (I), outputs (O) or subject (D), and the facets that repeat from event to event, those of the run too (R, of the job).
-- A row without a name mentions its subject alone. `job_id` says which job states the column lineage of an output; all
-- others are stated by nobody in particular: the zero id.
create table mention (
  tenant_id int4 not null,
  mention_id int8 not null generated always as identity,
  digest bytea not null constraint mention_digest_length check (octet_length(digest) = 16),
  primary key (tenant_id, mention_id),
  unique (tenant_id, digest)
);
create table mention_facet (
  tenant_id int4 not null,
  mention_id int8 not null,
  subject_id uuid not null,
  role "char" not null constraint mention_facet_role_known check (role in ('J', 'R', 'I', 'O', 'D')),
  name text not null,
  job_id uuid not null,
  digest bytea not null,
  is_inferred boolean not null default false,
  primary key (tenant_id, mention_id, subject_id, role, name, job_id, digest),
  foreign key (tenant_id, mention_id) references mention
);
create index mention_facet_of_subject on mention_facet (tenant_id, subject_id, name, digest, mention_id);

-- Jobs that send SQL and no column lineage: what follows from the SQL is worked out once per mention.
create table column_inference (
  tenant_id int4 not null,
  mention_id int8 not null,
  status text not null default 'waiting' constraint column_inference_status_known
    check (status in ('waiting', 'inferred', 'nothing', 'failed')),
  reason text,
  primary key (tenant_id, mention_id),
  foreign key (tenant_id, mention_id) references mention
);
create index column_inference_waiting on column_inference (tenant_id, mention_id) where status = 'waiting';

-- The latest time of each event type decides the state, so the order of arrival does not: FAIL and ABORT stick unless
-- a START or RUNNING strictly later follows; else COMPLETE, else RUNNING, else START; OTHER never counts.
-- A run that only others spoke of (as their parent or root) is not heard: its job and start are what they said.
-- `given_id` is the id as the producer wrote it, where that is no UUID.
-- Nearly every run is written twice, when it starts and when it ends, often many of one page in one transaction: half a
-- page is left free, so that no index need point to the second writing.
-- Whoever writes has locked the tenant's lineage_head and has added the job before, and no job is ever deleted: a foreign
-- key would look up and lock the job of every new run, an eighth of the time of PostgreSQL.
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
  last_at timestamptz not null,
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
  heard boolean not null default true,
  is_part boolean not null default false,
  given_id text,
  primary key (tenant_id, run_id)
) with (fillfactor = 50);
create index run_of_job on run (tenant_id, job_id, started_at, run_id);
create index run_by_start on run (tenant_id, started_at, run_id);
create index run_of_parent on run (tenant_id, parent_run_id, started_at, run_id) where parent_run_id is not null;
create index run_of_root on run (tenant_id, root_run_id, started_at, run_id) where root_run_id is not null;

-- Every event, for ever: when it happened, when we heard of it, what it mentions, and the facets that belong to its run
-- alone ({"run": {name: facet}, "inputs": {dataset id: {name: facet}}, "outputs": {…}}), beside the files and partitions
-- of datasets that it named ("parts": {"inputs": {dataset id: [part]}, "outputs": {…}, "subject": {…}}). Of its
-- own facets, `_producer` and `_schemaURL` repeat from event to event and take more room than the rest: they are a body in
-- `facet`, of the digest `origins` and the shape of `facets`, and are put back by whoever shows a facet whole. The id starts
-- with the milliseconds of its time and ends with a digest of its bytes: a re-sent event collides, ids sort in time.
create table lineage_event (
  tenant_id int4 not null,  -- refers to no tenant: whoever writes has locked the tenant's lineage_head, and the check took a
                            -- tenth of the time of PostgreSQL
  event_id uuid not null,
  event_time timestamptz not null,
  system_from timestamptz not null,
  mention_id int8 not null,
  run_id uuid,
  job_id uuid,
  dataset_id uuid,
  kind "char" not null constraint lineage_event_kind_known check (kind in ('R', 'J', 'D')),
  event_type text constraint lineage_event_type_known
    check (event_type in ('START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER')),
  facets jsonb,
  warnings jsonb,
  origins bytea,
  constraint lineage_event_refers_by_kind check (
    (kind = 'R') = (run_id is not null and event_type is not null)
    and (kind in ('R', 'J')) = (job_id is not null)
    and (kind = 'D') = (dataset_id is not null)
  ),
  primary key (tenant_id, event_id)
);
create index lineage_event_of_run on lineage_event (tenant_id, run_id, event_time) where run_id is not null;
create index lineage_event_of_mention on lineage_event (tenant_id, mention_id, event_time);
create index lineage_event_warned on lineage_event (tenant_id, system_from, event_id) where warnings is not null;

-- Every event byte for byte as it came, compressed with zstd, with the dictionary that its frame names, if any. One
-- partition per month of event time (event ids start with it), dropped when its retention ends; the model stays.
create table lineage_event_body (
  tenant_id int4 not null,
  event_id uuid not null,
  body bytea not null,
  primary key (tenant_id, event_id)
) partition by range (event_id);
create table lineage_event_body_rest partition of lineage_event_body default;
alter table lineage_event_body alter column body set storage external;

-- Dictionaries trained on stored events; ids are those that zstd frames carry. The newest that is not retired is used to
-- write; a retired one (erasure) is read until nothing needs it, then deleted. `trained_on`: how many events were stored
-- then; `share`: which part of its size an event took that it had not seen.
create table event_dictionary (
  tenant_id int4 not null references tenant,
  dictionary_id int8 not null,
  body bytea not null,
  trained_at timestamptz not null default clock_timestamp(),
  trained_on int8 not null,
  share float8 not null,
  is_retired boolean not null default false,
  primary key (tenant_id, dictionary_id)
);

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

-- A facet held of a job (role J), of a dataset as its writers and owners state it (W), as its readers do (I) or as it
-- follows from the SQL of a writer that does not state it (S: mention_facet.is_inferred), for a span of valid time, as
-- believed for a span of system time; `job_id` as in mention_facet. Follows from the events alone:
-- versions are runs of observations with the same content. Rows are added and closed on the system axis only.
create table facet_version (
  tenant_id int4 not null,
  subject_id uuid not null,
  role "char" not null constraint facet_version_role_known check (role in ('J', 'W', 'I', 'S')),
  name text not null,
  job_id uuid not null,
  digest bytea not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  system_from timestamptz not null,
  system_to timestamptz not null default 'infinity',
  constraint facet_version_valid_not_empty check (valid_from < valid_to),
  constraint facet_version_system_not_empty check (system_from < system_to),
  primary key (tenant_id, subject_id, name, role, job_id, valid_from, system_from),
  foreign key (tenant_id, digest) references facet
);
create unique index facet_version_believed on facet_version (tenant_id, subject_id, name, role, job_id, valid_from)
  where system_to = 'infinity';
create index facet_version_of_statement on facet_version (tenant_id, digest, valid_from) where name = 'columnLineage';

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

-- What could not be read, as it came (compressed; `size` is that of the original), with the reasons; it can be replayed
-- after a fix.
create table dead_letter (
  tenant_id int4 not null references tenant,
  dead_letter_id uuid not null default uuidv7(),
  received_at timestamptz not null default clock_timestamp(),
  last_received_at timestamptz not null default clock_timestamp(),
  times int8 not null default 1,
  source text not null,
  digest bytea not null constraint dead_letter_digest_length check (octet_length(digest) = 16),
  body bytea not null,
  size int8 not null,
  problems jsonb not null,
  replayed_at timestamptz,
  event_id uuid,
  constraint dead_letter_replayed_is_recorded check ((replayed_at is null) = (event_id is null)),
  primary key (tenant_id, dead_letter_id),
  unique (tenant_id, digest)
);
create index dead_letter_open on dead_letter (tenant_id, dead_letter_id) where replayed_at is null;

-- How many dead letters a tenant has, their compressed bytes, and how many were let go unread because there were too many.
create table dead_letter_tally (
  tenant_id int4 not null references tenant,
  letters int8 not null,
  bytes int8 not null,
  let_go int8 not null default 0,
  primary key (tenant_id)
) with (fillfactor = 10);
"""

DOWNGRADE = """
drop table dead_letter_tally, dead_letter, lineage_edge, facet_version, job_declaration, event_dictionary, lineage_event_body, lineage_event,
  run, column_inference, mention_facet, mention, column_edge, facet, dataset_link, job, dataset, lineage_head,
  lineage_replay;
"""


def upgrade() -> None:
    """Create the tables anew, and keep the events to be recorded again."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Go back to the tables of before, empty: nothing of lineage is kept."""
    run_script(DOWNGRADE)
    run_script(ScriptDirectory(str(scripts_folder())).get_revision("0002").module.UPGRADE)
