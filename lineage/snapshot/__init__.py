"""The lineage graph of a tenant in memory: compact arrays with validity on both axes, kept as fresh as the database."""
