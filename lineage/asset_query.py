"""The statements that list and count assets of every kind, put together of constants as the question needs them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from graph.catalog.asset import KINDS
from graph.store.facts import holding
from lineage.statements import statement

_QUERY = "known_assets"
_PAGE = "select * from found order by place, id limit $13"
_WORDS = holding("a.annotation_id", "attributes")
_COUNTS = statement("counts_of_assets", words=_WORDS)
_PROOFS = {
    "owner": (
        "lower($6)",
        "exists (select from jsonb_array_elements(f.attributes -> 'owners') o where lower(o ->> 'name') = lower($6))",
        statement(
            "said_by_producers",
            facet="ownership",
            counts="exists (select from jsonb_path_query(b.body, '$.owners[*].name') o where lower(o #>> '{}') = lower($6))",
        ),
    ),
    "tag": (
        "lower($7)",
        "exists (select from jsonb_array_elements(f.attributes -> 'tags') t where lower(t ->> 'key') = lower($7))",
        statement(
            "said_by_producers",
            facet="tags",
            counts="exists (select from jsonb_path_query(b.body, '$.tags[*]') t"
            " where lower(t ->> 'key') = lower($7) and not t ? 'field')",
        ),
    ),
    "term": ("$8", "f.attributes -> 'terms' ? $8", ""),
    "domain": ("any($9)", "f.attributes ->> 'domain' = any($9)", ""),
}
_NEXT = "({place}, {id}) > (coalesce($11, '') collate \"C\", coalesce($12, '00000000-0000-0000-0000-000000000000'))"
_BRANCHES = {
    "dataset": (
        "d.dataset_id",
        'left(d.name, 200) collate "C"',
        """select case when t.is_topic then 'topic' else 'dataset' end as kind, d.dataset_id as id,
         left(d.name, 200) collate "C" as place, d.namespace, null::uuid as dataset_id, d.name as path
    from dataset d
   cross join lateral (select split_part(lower(d.namespace), ':', 1) = any($10) as is_topic offset 0) t
   where d.tenant_id = $1
     and d.system_from <= $4
     and case when t.is_topic then 'topic' else 'dataset' end = any($2)
     and not (
       exists (select from dataset_link l where l.tenant_id = $1 and l.other_id = d.dataset_id and l.system_from <= $4)
       and not exists (
         select from dataset_link l where l.tenant_id = $1 and l.dataset_id = d.dataset_id and l.system_from <= $4
       )
     )""",
        "d.namespace",
    ),
    "job": (
        "j.job_id",
        'left(j.name, 200) collate "C"',
        """select 'job', j.job_id, left(j.name, 200) collate "C", j.namespace, null::uuid, j.name
    from job j
   where j.tenant_id = $1
     and j.system_from <= $4
     and j.part_of is null""",
        "j.namespace",
    ),
    "file": (
        "l.file_id",
        'left(l.path, 200) collate "C"',
        """select 'file', l.file_id, left(l.path, 200) collate "C", null::text, null::uuid, l.path
    from lake_file l
   where l.tenant_id = $1
     and l.written_at <= $4""",
        None,
    ),
    "entity_type": (
        "t.id",
        't.name collate "C"',
        """select 'entity_type', t.id, t.name collate "C", null::text, null::uuid, t.name
    from unnest($14::uuid[], $15::text[]) as t (id, name)
   where true""",
        None,
    ),
    "column": (
        "a.asset_id",
        'left(a.column_path, 200) collate "C"',
        f"""select 'column', a.asset_id, left(a.column_path, 200) collate "C", d.namespace, a.dataset_id, a.column_path
    from annotation a
    join dataset d on d.tenant_id = $1 and d.dataset_id = a.dataset_id and d.system_from <= $4
   cross join lateral ({holding("a.annotation_id", "attributes")}) f
   where a.tenant_id = $1
     and a.kind = 'column'
     and f.attributes <> '{{}}'""",  # noqa: S608 - only constants are filled in
        "d.namespace",
    ),
    "kept": (
        "s.subject_id",
        'left(s.natural_key, 200) collate "C"',
        f"""select s.kind, s.subject_id, left(s.natural_key, 200) collate "C", null::text, null::uuid, s.natural_key
    from subject s
   cross join lateral ({holding("s.subject_id", "op")}) f
   where s.tenant_id = $1
     and s.kind = any($2)
     and f.op = 'P'""",  # noqa: S608 - only constants are filled in
        None,
    ),
}
"""For each branch its id, its place in the list, its text, and the namespace where it has one."""


def branches(kinds: frozenset[str], *, is_by_words: bool) -> tuple[str, ...]:
    """Return the branches that kinds are found by; columns are none where nothing is asked of them."""
    wanted: list[str] = []
    if kinds & {"dataset", "topic"}:
        wanted.append("dataset")
    wanted += [
        one
        for one in ("job", "file", "entity_type", "column")
        if one in kinds and (one != "column" or is_by_words)
    ]
    return (*wanted, "kept") if kinds & KINDS.keys() else tuple(wanted)


@lru_cache(1_000)
def query(
    branches: tuple[str, ...], aspects: tuple[str, ...], in_namespace: bool, counted: bool
) -> str | None:
    """Return the statement made of constants: the branches and conditions that are asked for; None: nothing can be found."""
    texts = [
        text
        for text in (_branch(one, aspects, in_namespace=in_namespace, counted=counted) for one in branches)
        if text
    ]
    if not texts:
        return None
    said = "".join(
        statement(
            "said_of_assets",
            words=_WORDS,
            aspect=aspect,
            value=_PROOFS[aspect][0],
            proof=_PROOFS[aspect][1],
            producers=_PROOFS[aspect][2],
        )
        for aspect in aspects
    )
    return statement(
        _QUERY,
        said=said,
        kept="materialized" if counted else "",
        branches="\n  union all\n".join(texts),
        answer=_COUNTS if counted else _PAGE,
    )


def _branch(name: str, aspects: Iterable[str], *, in_namespace: bool, counted: bool) -> str | None:
    key, place, text, namespace = _BRANCHES[name]
    if in_namespace and namespace is None:
        return None
    conditions = [f"{key} in (select id from {aspect}_said)" for aspect in aspects]  # noqa: S608 - only constants are filled in
    if in_namespace:
        conditions.append(f"md5({namespace}) = md5($5) and {namespace} = $5")
    if counted:
        return "\n     and ".join([text, *conditions])
    conditions.append(_NEXT.format(place=place, id=key))
    return "(" + "\n     and ".join([text, *conditions]) + f"\n   order by {place}, {key}\n   limit $13)"
