"""How a process that runs for long keeps its memory: what lives on is not searched for cycles, what is freed stays at hand."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

YOUNG_OBJECTS = 50_000
"""How many more containers than before may live until the young are searched for cycles; 700 is Python's own answer.

Lineage remembers what events repeat, hundreds of thousands of objects without a cycle among them. Searching them again and
again took a fifth of the time of server and worker, and pauses of 200 ms in which nobody was answered.
"""

_YOUNG_SEARCHES, _MIDDLE_SEARCHES = 20, 100

_MALLOPT = {-1: 256 << 20, -2: 16 << 20, -3: 32 << 20}
"""M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of glibc's malloc.h, in bytes: see mallopt(3)."""


def settle() -> None:
    """Arrange the memory of a process that has loaded its code and is about to work; called once."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, _YOUNG_SEARCHES, _MIDDLE_SEARCHES)
    with suppress(OSError, AttributeError):  # other C libraries have no mallopt and need none
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in _MALLOPT.items():
            mallopt(option, value)
