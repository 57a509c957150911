"""The order of units in a circular."""

from states.statistics import Duration, Line, Measure, Rate, ranked

NONE = Rate(0, 0, 0)


def a_line(name, on_time, closed=(0, 1)):
    rates = dict.fromkeys(Measure, NONE) | {
        Measure.ON_TIME: Rate(*on_time, 0),
        Measure.CLOSED: Rate(*closed, 0),
    }
    counts = dict.fromkeys(
        ("matters", "stated", "shifted", "undated", "reopened", "long_term", "long_term_closed"), 0
    )
    return Line(group=name, name=name, **counts, rates=rates, duration=Duration(0, 0, 0, 0))


def places(*lines):
    return [(place, line.name) for place, line in ranked(lines)]


def test_what_was_done_on_time_comes_first_and_then_what_was_done():
    slow, quick = a_line("甲", (1, 2), (2, 2)), a_line("乙", (2, 3), (1, 3))
    quicker = a_line("丙", (4, 6), (2, 3))
    assert places(slow, quick, quicker) == [(1, "丙"), (2, "乙"), (3, "甲")]


def test_equals_share_a_place_and_the_next_one_skips_it():
    lines = [a_line("甲", (1, 1)), a_line("乙", (2, 2)), a_line("丙", (0, 1))]
    assert places(*lines) == [(1, "乙"), (1, "甲"), (3, "丙")]


def test_who_had_nothing_due_has_no_place():
    assert places(a_line("甲", (0, 0), (3, 3)), a_line("乙", (0, 4))) == [(1, "乙"), (None, "甲")]
