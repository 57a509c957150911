"""Python's collector of reference cycles, kept away from work that makes many values and no cycles.

A batch of the sweep makes some hundred thousand small values that all live to its end. Every pass of the
collector over them finds nothing and costs up to a tenth of the batch; their counts free them as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest meanwhile; where it rested before, it goes on resting."""
    rested = not gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not rested:
            gc.enable()
