"""What is true: golden records, catalog assets and their versions in time."""
