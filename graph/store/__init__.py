"""What graph keeps in PostgreSQL."""
