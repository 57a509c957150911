"""The mail room's tests print with the two fonts that every installation has."""

import pytest

from notifications.fonts import FontSet, find_fonts


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return find_fonts((), system=False)
