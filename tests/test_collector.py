"""The collector rests while a batch is made, and goes on as it did before."""

import gc

import pytest

from workflow.collector import uncollected


def test_the_collector_rests_meanwhile_and_goes_on_afterwards():
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_whatever_happens():
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()
