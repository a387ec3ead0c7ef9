"""The tables that composed queries read, as SQLAlchemy Core; a test proves that the migrations build exactly these.

A table that only fixed statements use needs no declaration: `migrations/schema.sql` shows them all.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("tenant_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)

subject = sa.Table(
    "subject",
    metadata,
    sa.Column(
        "tenant_id", sa.Integer, sa.ForeignKey("tenant.tenant_id"), primary_key=True, autoincrement=False
    ),
    sa.Column("subject_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("natural_key", sa.Text),
    sa.UniqueConstraint("tenant_id", "kind", "natural_key"),
)

search_document = sa.Table(
    "search_document",
    metadata,
    sa.Column("tenant_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject_id", sa.Uuid, primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index(
        "search_document_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}
    ),
)
