"""Every table of graph, as SQLAlchemy Core; a test proves that the migrations build exactly these."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData()

Instant = sa.TIMESTAMP(timezone=True)


def tenant_key(*columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key of a table: every key starts with the tenant."""
    return sa.PrimaryKeyConstraint("tenant_id", *columns)


def refers(column: str, table: str, target: str) -> sa.ForeignKeyConstraint:
    """Return the reference from a column to a row of the same tenant."""
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.{target}"])


def required(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    """Return a column that is never null."""
    return sa.Column(name, kind, nullable=False, **options)


def of_tenant(*, refers_to_it: bool = True) -> sa.Column[Any]:
    """Return the tenant's column; tables that refer to a row of the tenant need no reference of their own."""
    references = [sa.ForeignKey("tenant.tenant_id")] if refers_to_it else []
    return sa.Column("tenant_id", sa.Integer, *references, nullable=False, autoincrement=False)


tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("tenant_id", sa.Integer, primary_key=True, autoincrement=False),
    required("name", sa.Text, unique=True),
)

clock = sa.Table(
    "clock", metadata, of_tenant(), required("last_at", Instant, server_default="2000-01-01Z"), tenant_key()
)

subject = sa.Table(
    "subject",
    metadata,
    of_tenant(),
    required("subject_id", sa.Uuid),
    required("kind", sa.Text),
    sa.Column("natural_key", sa.Text),
    tenant_key("subject_id"),
    sa.UniqueConstraint("tenant_id", "kind", "natural_key"),
)

fact = sa.Table(
    "fact",
    metadata,
    of_tenant(refers_to_it=False),
    required("subject_id", sa.Uuid),
    required("system_from", Instant),
    required("seq", sa.Integer),
    required("valid_from", Instant),
    required("valid_to", Instant, server_default="infinity"),
    required("op", sa.String),
    sa.Column("attributes", JSONB),
    sa.Column("provenance", JSONB),
    sa.Column("target_id", sa.Uuid),
    sa.CheckConstraint("op in ('P', 'D', 'A', 'M')", "fact_op_known"),
    sa.CheckConstraint("valid_from < valid_to", "fact_period_not_empty"),
    sa.CheckConstraint("(op = 'P') = (attributes is not null)", "fact_present_has_attributes"),
    sa.CheckConstraint("(op = 'M') = (target_id is not null)", "fact_merged_has_target"),
    tenant_key("subject_id", "system_from", "seq", "valid_from", "valid_to"),
    refers("subject_id", "subject", "subject_id"),
    refers("target_id", "subject", "subject_id"),
    sa.Index("fact_feed", "tenant_id", "system_from", "subject_id", "seq"),
)

search_document = sa.Table(
    "search_document",
    metadata,
    of_tenant(refers_to_it=False),
    required("kind", sa.Text),
    required("subject_id", sa.Uuid),
    required("words", sa.Text),
    tenant_key("kind", "subject_id"),
    refers("subject_id", "subject", "subject_id"),
    sa.Index(
        "search_document_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}
    ),
)

relation = sa.Table(
    "relation",
    metadata,
    of_tenant(refers_to_it=False),
    required("relation_id", sa.Uuid),
    required("kind", sa.Text),
    required("from_id", sa.Uuid),
    required("to_id", sa.Uuid),
    sa.CheckConstraint("from_id <> to_id", "relation_has_two_ends"),
    tenant_key("relation_id"),
    sa.UniqueConstraint("tenant_id", "from_id", "kind", "to_id"),
    refers("relation_id", "subject", "subject_id"),
    refers("from_id", "subject", "subject_id"),
    refers("to_id", "subject", "subject_id"),
    sa.Index("relation_of_target", "tenant_id", "to_id"),
)

source_system = sa.Table(
    "source_system",
    metadata,
    of_tenant(),
    required("name", sa.Text),
    required("trust", sa.SmallInteger, server_default="50"),
    sa.CheckConstraint("trust between 0 and 100", "source_system_trust_in_percent"),
    tenant_key("name"),
)

source_record = sa.Table(
    "source_record",
    metadata,
    of_tenant(),
    required("source_record_id", sa.Uuid),
    required("entity_type", sa.Text),
    required("source_system", sa.Text),
    required("source_key", sa.Text),
    tenant_key("source_record_id"),
    sa.UniqueConstraint("tenant_id", "entity_type", "source_system", "source_key"),
    refers("source_system", "source_system", "name"),
)

origin = sa.Table(
    "origin",
    metadata,
    of_tenant(),
    required("origin_id", sa.Uuid),
    required("door", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("run_id", sa.Uuid),
    sa.Column("file", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("partition", sa.Integer),
    sa.CheckConstraint("door in ('graphql', 'rest', 'file', 'kafka')", "origin_door_known"),
    tenant_key("origin_id"),
)

source_event = sa.Table(
    "source_event",
    metadata,
    of_tenant(refers_to_it=False),
    required("event_id", sa.Uuid),
    required("source_record_id", sa.Uuid),
    required("kind", sa.Text),
    required("valid_from", Instant),
    required("valid_to", Instant, server_default="infinity"),
    required("valid_from_assumed", sa.Boolean),
    required("sequence", sa.BigInteger),
    sa.Column("attributes", JSONB),
    required("digest", sa.LargeBinary),
    required("origin_id", sa.Uuid),
    sa.Column("origin_position", sa.BigInteger),
    required("system_from", Instant),
    sa.CheckConstraint("kind in ('snapshot', 'correction', 'end', 'retract')", "source_event_kind_known"),
    sa.CheckConstraint("valid_from < valid_to", "source_event_period_not_empty"),
    sa.CheckConstraint(
        "(kind in ('snapshot', 'correction')) = (attributes is not null)", "source_event_attributes_with_kind"
    ),
    tenant_key("event_id"),
    refers("source_record_id", "source_record", "source_record_id"),
    refers("origin_id", "origin", "origin_id"),
    sa.Index("source_event_of_record", "tenant_id", "source_record_id", "valid_from"),
    sa.Index("source_event_of_origin", "tenant_id", "origin_id", "origin_position"),
)

identifier = sa.Table(
    "identifier",
    metadata,
    of_tenant(refers_to_it=False),
    required("entity_type", sa.Text),
    required("kind", sa.Text),
    required("value", sa.Text),
    required("source_record_id", sa.Uuid),
    tenant_key("entity_type", "kind", "value", "source_record_id"),
    refers("source_record_id", "source_record", "source_record_id"),
    sa.Index("identifier_of_record", "tenant_id", "source_record_id"),
)

crosswalk = sa.Table(
    "crosswalk",
    metadata,
    of_tenant(refers_to_it=False),
    required("source_record_id", sa.Uuid),
    required("system_from", Instant),
    required("golden_id", sa.Uuid),
    required("reason", sa.Text),
    sa.CheckConstraint(
        "reason in ('new', 'rule', 'model', 'steward', 'merge', 'unmerge')", "crosswalk_reason_known"
    ),
    tenant_key("source_record_id", "system_from"),
    refers("source_record_id", "source_record", "source_record_id"),
    refers("golden_id", "subject", "subject_id"),
    sa.Index("crosswalk_of_golden", "tenant_id", "golden_id", "source_record_id", "system_from"),
)

match_decision = sa.Table(
    "match_decision",
    metadata,
    of_tenant(refers_to_it=False),
    required("a", sa.Uuid),
    required("b", sa.Uuid),
    required("system_from", Instant),
    required("verdict", sa.Text),
    required("actor", sa.Text),
    sa.CheckConstraint("verdict in ('must_link', 'cannot_link')", "match_decision_verdict_known"),
    sa.CheckConstraint("a < b", "match_decision_pair_ordered"),
    tenant_key("a", "b", "system_from"),
    refers("a", "source_record", "source_record_id"),
    refers("b", "source_record", "source_record_id"),
    sa.Index("match_decision_of_b", "tenant_id", "b"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    of_tenant(refers_to_it=False),
    required("quarantine_id", sa.Uuid),
    required("origin_id", sa.Uuid),
    sa.Column("origin_position", sa.BigInteger),
    required("body", sa.Text),
    required("problems", JSONB),
    required("system_from", Instant),
    tenant_key("quarantine_id"),
    refers("origin_id", "origin", "origin_id"),
)
