"""Catalog assets and the relations between them. Pure functions only."""
