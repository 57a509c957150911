"""Classes made swiftly are what they would be without: frozen, with their defaults, equal by their fields."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from states.swift import made_swiftly, replaced


@made_swiftly
@dataclass(frozen=True, slots=True)
class Slotted:
    """A value of three fields, the last of which has to be named."""

    name: str
    parts: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list, kw_only=True)


@made_swiftly
@dataclass(frozen=True)
class Open:
    """A value with room for what is found out once."""

    name: str


@pytest.mark.parametrize("made", [Slotted("甲"), Open("甲")], ids=["slots", "open"])
def test_nobody_changes_one(made):
    with pytest.raises(FrozenInstanceError):
        made.name = "乙"


def test_they_are_equal_by_their_fields():
    assert Slotted("甲", ("一",), told=["二"]) == Slotted(name="甲", parts=("一",), told=["二"])
    assert repr(Slotted("甲")) == "Slotted(name='甲', parts=(), told=[])"
    assert replaced(Slotted("甲", ("一",)), name="乙") == replace(Slotted("甲", ("一",)), name="乙")


def test_each_has_defaults_of_its_own():
    first, second = Slotted("甲"), Slotted("乙")
    first.told.append("一")
    assert second.told == []


@pytest.mark.parametrize("values", [(), ("甲", (), ["一"])], ids=["too few", "one not named"])
def test_a_value_that_lacks_something_is_not_made(values):
    with pytest.raises(TypeError):
        Slotted(*values)


def test_a_class_that_looks_at_what_it_is_filled_with_is_refused():
    @dataclass(frozen=True)
    class Looking:
        name: str

        def __post_init__(self):
            raise ValueError(self.name)

    with pytest.raises(TypeError, match="Looking"):
        made_swiftly(Looking)
