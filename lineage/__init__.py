"""How it came to be: OpenLineage events, runs, datasets and the paths between them."""
