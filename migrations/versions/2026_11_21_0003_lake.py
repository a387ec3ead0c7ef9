"""Deliveries of the source systems, the lake's files and what of them is in the warehouse."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UPGRADE = """
-- A file as a source system delivered it. The same content at the same place is one delivery, taken in once. `size` is
-- its length in bytes.
create table delivery (
  tenant_id int4 not null references tenant,
  delivery_id uuid not null,
  actor text not null,
  source_system text not null,
  dataset text not null,
  path text not null,
  sha256 bytea not null constraint delivery_sha256_is_whole check (length(sha256) = 32),
  run_id uuid not null,
  accepted int8,
  unchanged int8,
  rejected int8,
  size int8,
  announced_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  taken_in_at timestamptz,
  reported_at timestamptz,
  constraint delivery_counted_once_taken_in check (num_nonnulls(accepted, unchanged, rejected, size, taken_in_at) in (0, 5)),
  constraint delivery_reported_after_taken_in check (reported_at is null or taken_in_at is not null),
  primary key (tenant_id, delivery_id),
  unique (tenant_id, dataset, path, sha256),
  unique (tenant_id, run_id)
);
create index delivery_unreported on delivery (tenant_id, announced_at) where reported_at is null;

-- What came in with a delivery is found by the place of its file.
create index origin_of_file on origin (tenant_id, file) where file is not null;

-- The manifest of the lake: which facts, by system time, which file carries. A row is committed before its file is
-- written, so that a retry writes the same file again. Neighbours meet: nothing is carried twice or left out, as every
-- file starts where another ends, the first of a dataset where all clocks do. `size` is its length in bytes.
create table lake_file (
  tenant_id int4 not null references tenant,
  file_id uuid not null,
  kind text not null,
  dataset text not null,
  path text not null,
  system_from_exclusive timestamptz not null,
  system_to_inclusive timestamptz not null,
  follows timestamptz generated always as (nullif(system_from_exclusive, '2000-01-01Z')) stored,
  status text not null default 'planned' constraint lake_file_status_known check (status in ('planned', 'written')),
  rows int8,
  size int8,
  sha256 bytea constraint lake_file_sha256_is_whole check (length(sha256) = 32),
  run_id uuid not null,
  planned_at timestamptz not null default clock_timestamp(),
  written_at timestamptz,
  reported_at timestamptz,
  constraint lake_file_range_not_empty check (system_from_exclusive < system_to_inclusive),
  constraint lake_file_described_once_written check (num_nonnulls(rows, size, sha256, written_at) = case status when 'written' then 4 else 0 end),
  constraint lake_file_reported_after_written check (reported_at is null or status = 'written'),
  primary key (tenant_id, file_id),
  unique (tenant_id, dataset, path),
  unique (tenant_id, dataset, system_from_exclusive),
  unique (tenant_id, dataset, system_to_inclusive),
  unique (tenant_id, run_id),
  constraint lake_file_meets_the_one_before foreign key (tenant_id, dataset, follows) references lake_file (tenant_id, dataset, system_to_inclusive)
);
create index lake_file_of_instant on lake_file (tenant_id, kind, system_to_inclusive, planned_at);
create unique index lake_file_planned_one_at_a_time on lake_file (tenant_id, dataset) where status = 'planned';
create index lake_file_unreported on lake_file (tenant_id, planned_at) where reported_at is null;

-- Which file of the lake is in the warehouse; written in the transaction that loads it.
create table warehouse_load (
  tenant_id int4 not null,
  file_id uuid not null,
  run_id uuid not null,
  rows int8 not null,
  started_at timestamptz not null,
  loaded_at timestamptz not null default clock_timestamp(),
  reported_at timestamptz,
  primary key (tenant_id, file_id),
  unique (tenant_id, run_id),
  foreign key (tenant_id, file_id) references lake_file
);
create index warehouse_load_unreported on warehouse_load (tenant_id, loaded_at) where reported_at is null;
"""

DOWNGRADE = """
drop index origin_of_file;
drop table warehouse_load, lake_file, delivery;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
