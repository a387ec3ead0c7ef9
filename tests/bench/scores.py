"""How well clusters agree with the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Score:
    """Pairwise: of all pairs of records in one cluster, the share that are one (precision), and of all that are one, the
    share in one cluster (recall), over all pairs, compared or not. B-cubed: the same, as a mean over records.

    `false_merges`: of 1,000 golden records, those that hold more than one entity.
    """

    precision: float
    recall: float
    b3_precision: float
    b3_recall: float
    false_merges: float

    @property
    def f1(self) -> float:
        """The harmonic mean of pairwise precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision else 0.0

    @property
    def b3_f1(self) -> float:
        """The harmonic mean of B-cubed precision and recall."""
        return 2 * self.b3_precision * self.b3_recall / (self.b3_precision + self.b3_recall)


def score(data: Path, clusters: Path, column: str) -> Score:
    """Score a column of a Parquet file with the cluster of each `record`; a record that is not there is alone."""
    found = duckdb.execute(
        f"""
        with x as (
          select coalesce("{column}"::varchar, 'alone ' || record) as c, entity as e, count(*)::double as n
            from '{data}'
            left join '{clusters}' using (record)
           group by all
        ),
        cs as (select c, sum(n) as n, count(*) as entities from x group by c),
        es as (select e, sum(n) as n from x group by e)
        select (select sum(n * (n - 1)) from x) as shared,
               (select sum(n * (n - 1)) from cs) as claimed,
               (select sum(n * (n - 1)) from es) as true,
               (select sum(x.n * x.n / cs.n) / sum(x.n) from x join cs using (c)) as b3_precision,
               (select sum(x.n * x.n / es.n) / sum(x.n) from x join es using (e)) as b3_recall,
               (select 1000.0 * count(*) filter (where entities > 1) / count(*) from cs) as false_merges
        """
    ).fetchall()[0]
    shared, claimed, true, *rest = (float(value or 0.0) for value in found)
    return Score(shared / claimed if claimed else 1.0, shared / true if true else 1.0, *rest)
