"""Clusters a data set with GoldenMatch as it configures itself; runs in its environment.

Arguments: kind, data file, file for the clusters. What it does hangs on the names of the columns, so FEBRL's are given back.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any

LABELS = ("record", "source_system", "source_key", "entity")
FEBRL_NAMES = {
    "first_name": "given_name",
    "last_name": "surname",
    "street": "address_1",
    "city": "suburb",
    "postal_code": "postcode",
    "birth_date": "date_of_birth",
}


def main(kind: str, data: str, to: str) -> dict[str, Any]:
    """Cluster a data set and return what it cost."""
    goldenmatch, pa, pq = map(importlib.import_module, ("goldenmatch", "pyarrow", "pyarrow.parquet"))
    table = pq.read_table(data)
    names = FEBRL_NAMES if kind.startswith("febrl") else {}
    given = table.drop_columns(list(LABELS)).rename_columns(
        [names.get(name, name) for name in table.column_names if name not in LABELS]
    )
    wall, cpu = time.perf_counter(), time.process_time()
    result = goldenmatch.dedupe_df(given)
    cost = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    found = [(member, name) for name, one in result.clusters.items() for member in one["members"]]
    columns = {"record": [row[0] for row in found], "found": [row[1] for row in found]}
    pq.write_table(pa.table(columns), to)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return cost | {"records": table.num_rows, "peak_mb": peak, "columns": {"found": "zero-config"}}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4])))
