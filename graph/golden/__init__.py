"""Golden records: source events in, one best known truth per customer out. Pure functions only."""
