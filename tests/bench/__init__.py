"""Measures accuracy and speed beside the peers, and says how."""
