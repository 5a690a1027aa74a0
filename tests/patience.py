"""How long a test waits for what takes a second on a quiet machine: the machines that run tests are shared, and now and
then slower by ten. So no promise is held against the clock alone, but against a floor that is measured in the same moment.
"""

from __future__ import annotations

import time

_QUIET_S = 0.05
_LEAST, _MOST = 2.0, 60.0


def patient(seconds):
    """Return so many seconds, multiplied by how much slower than quiet the machine is just now."""
    return seconds * min(max(_measure() / _QUIET_S, _LEAST), _MOST)


def _measure():
    """Return the seconds that a little work takes that gives the processor away between its pieces, as servers do."""
    begun = time.perf_counter()
    for _ in range(5):
        sum(range(150_000))
        time.sleep(0.005)
    return time.perf_counter() - begun
