"""How assets of every kind are found by words: pure functions."""
