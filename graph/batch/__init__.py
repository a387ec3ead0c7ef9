"""Work on a whole population at once, in DuckDB: training match models and scoring every pair."""
