"""Bounded memory of what was read, written or worked out before."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key, of which the least recently used are forgotten: at least `most` of their weight stays, at most twice.

    Two generations instead of a list in the order of use: looking up what was used of late costs one dictionary look-up.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K, weight: int = 1) -> V | None:
        """Return the value, or None; `weight` as it was kept with."""
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.pop(key, None)
            if found is not None:
                self.keep(key, found, weight)
        return found

    def keep(self, key: K, value: V, weight: int = 1) -> None:
        """Remember a value."""
        if key not in self._young:
            self._weight += weight
        self._young[key] = value
        if self._weight > self._most:
            self._old, self._young, self._weight = self._young, {}, 0

    def drop(self, key: K) -> None:
        """Forget a value."""
        self._young.pop(key, None)
        self._old.pop(key, None)

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old, self._weight = {}, {}, 0
