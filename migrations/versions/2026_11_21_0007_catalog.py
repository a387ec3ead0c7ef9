"""What people say of assets of every kind, and the indexes by which assets are listed and watched."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UPGRADE = """
-- Which assets people have said something of: description, owners, tags, glossary terms, domain. What they said, since
-- when and until when is in the facts of `annotation_id`. An asset is known by the id it has everywhere; that of a column
-- follows from its dataset and path, which nothing else tells.
create table annotation (
  tenant_id int4 not null,
  annotation_id uuid not null,
  asset_id uuid not null,
  kind text not null,
  dataset_id uuid,
  column_path text,
  constraint annotation_of_column_names_it check ((kind = 'column') = (num_nonnulls(dataset_id, column_path) = 2)),
  primary key (tenant_id, annotation_id),
  unique (tenant_id, asset_id),
  foreign key (tenant_id, annotation_id) references subject
);

-- Every owner, tag, term and domain that an asset was ever said to have: what it has at an instant is proven on the facts.
create table annotation_value (
  tenant_id int4 not null,
  aspect text not null constraint annotation_value_aspect_known check (aspect in ('owner', 'tag', 'term', 'domain')),
  value text not null,
  asset_id uuid not null,
  primary key (tenant_id, aspect, value, asset_id),
  foreign key (tenant_id, asset_id) references annotation (tenant_id, asset_id)
);

-- Assets are listed by name; names may be longer than an index entry.
create index dataset_by_name on dataset (tenant_id, left(name, 200) collate "C", dataset_id);
create index job_by_name on job (tenant_id, left(name, 200) collate "C", job_id) where part_of is null;

-- Datasets and jobs are found by what their producers say of who answers for them, and by their tags.
create index facet_version_said on facet_version (tenant_id, name, digest, subject_id)
  where name in ('ownership', 'tags', 'documentation');
"""

DOWNGRADE = """
drop index facet_version_said, job_by_name, dataset_by_name;
drop table annotation_value, annotation;
delete from fact f using subject s
 where s.tenant_id = f.tenant_id and s.subject_id = f.subject_id
   and s.kind in ('annotation', 'message_broker', 'glossary_term', 'domain');
delete from search_document where kind in ('message_broker', 'glossary_term', 'domain');
"""


def upgrade() -> None:
    """Create the tables and indexes."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop them, with what people said."""
    run_script(DOWNGRADE)
