"""A second opinion about the ladder: days as sets, clocks as counts, and nothing of the planner's code.

It is told what people did, and says what a sweep must raise. Its ladder is written down once more, by hand,
so that a slip in the rule book cannot hide in its own proof.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

Days = frozenset[date]

REST = {date(2026, 6, 19), date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}
RUNNING, STANDING = ("assigned", "registered", "handling"), ("verifying", "suspended")
VOID = ("proposed", "approved", "rejected", "withdrawn")
PENDING = ("issued", "served", "lapsed", "answered")


def the_announced_days() -> Days:
    """The working days of the second half of 2026, as the State Council announced them."""
    every = (date(2026, 6, 1) + timedelta(days=ahead) for ahead in range(365))
    return frozenset(day for day in every if day in MADE_UP or (day.weekday() < 5 and day not in REST))


def working_day(days: Days, since: date, count: int) -> date:
    """The working day so many after a day (before it, if negative); the day itself for none."""
    if count == 0:
        return since
    there = sorted(day for day in days if (day > since if count > 0 else day < since))
    return there[count - 1] if count > 0 else there[count]


@dataclass(frozen=True)
class Step:
    """A rung, by hand. `after`: the step before, what it must have come to, working days since."""

    name: str
    label: str
    clock: str
    offset: int
    automatic: bool = True
    numbered: bool = True
    lapses: bool = False
    after: tuple[str, str, int] | None = None
    reply: int | None = None
    to_person: bool = False

    @property
    def lasts(self) -> bool:
        """A measure for a person outlives its matter; a plain mail asked for nothing."""
        return self.to_person or not self.numbered


LADDER = (
    Step("urge", "催签收", "acknowledge", 1, numbered=False),
    Step("due_soon", "期限提示", "handle", -3, numbered=False, lapses=True),
    Step("reminder", "提醒", "handle", 1, reply=5),
    Step("second", "再次提醒", "handle", 3, reply=5),
    Step("inquiry", "函询", "handle", 6, automatic=False, after=("second", "served", 2), reply=15),
    Step("admonition", "诫勉", "handle", 11, automatic=False, after=("inquiry", "unanswered", 1), reply=5,
         to_person=True),
)  # fmt: skip
STEP = {step.name: step for step in LADDER}


@dataclass
class Term:
    """A clock: so many working days, or a date somebody set, or (neither) a date counted elsewhere."""

    start: date
    working: Days
    epoch: int = 1
    days: int | None = None
    stated: date | None = None
    due: date = date.min
    lost: set[date] = field(default_factory=set)
    still_since: date | None = None
    open: bool = True

    def count(self) -> "Term":
        if self.days is not None:
            due = working_day(self.working - self.lost, self.start, self.days)
            since_then = [day for day in self.lost & self.working if day > due]
            self.due = working_day(self.working, due, len(since_then))  # what is late stays as late
        elif self.stated is not None:
            self.due = working_day(self.working, self.stated, len(self.lost & self.working))
        return self

    def stand(self, today: date) -> None:
        if self.open and self.still_since is None:
            self.still_since = today

    def go_on(self, today: date) -> None:
        if self.open and self.still_since is not None:
            stood = (today - self.still_since).days
            self.lost |= {self.still_since + timedelta(days=ahead) for ahead in range(stood)}
            self.still_since = None
            self.count()


@dataclass
class Measure:
    """An escalation as people know it."""

    step: Step
    epoch: int
    state: str
    raised_on: date
    id: str = ""
    passed_over: frozenset[str] = frozenset()
    issued_on: date | None = None
    served_on: date | None = None
    term: Term | None = None
    judgement: str | None = None
    judged_on: date | None = None
    recused: set[str] = field(default_factory=set)
    drafted: bool = False
    paper: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        return self.step.name, self.step.clock, self.epoch

    @property
    def reply_due(self) -> date | None:
        return self.term.due if self.term else None

    def issue(self, day: date, working: Days) -> None:
        """A plain notice names its reply date when it goes out; an inquiry's runs from its receipt."""
        self.state, self.issued_on = "issued", day
        if self.step.automatic and self.step.reply:
            self.term = Term(day, working, days=self.step.reply).count()
            self.term.open = False  # a date on a paper: no clock, nothing moves it

    def serve(self, day: date, working: Days) -> None:
        self.state, self.served_on = "served", day
        if self.step.reply:
            self.term = Term(day, working, days=self.step.reply).count()
            self.term.open = self.step.name == "inquiry"

    def since(self, fact: str) -> date | None:
        if self.state in VOID:
            return None
        if fact == "served":
            return self.served_on
        if self.state == "concluded":
            return None
        if self.judgement == "insufficient":
            return self.judged_on
        return self.reply_due if self.state in ("served", "lapsed") else None


@dataclass
class Matter:
    """One case: its state, its clocks, its measures. `looked` is the last day anything looked at it."""

    number: str
    state: str
    looked: date
    clocks: dict[str, Term] = field(default_factory=dict)
    epoch: int = 0
    measures: list[Measure] = field(default_factory=list)
    asked: date | None = None
    came_from: str = ""

    @property
    def terms(self) -> list[Term]:
        replies = [one.term for one in self.measures if one.term is not None]
        return [term for term in (*self.clocks.values(), *replies) if term.open]

    def open_handle(self, term: Term) -> None:
        self.epoch += 1
        term.epoch = self.epoch
        self.clocks["handle"] = term.count()

    def extend(self, until: date) -> None:
        """A date set for a clock that ran before: its calendar stays, what it lost before counts no more."""
        self.open_handle(Term(self.clocks["handle"].start, self.clocks["handle"].working, stated=until))
        self.asked = None

    def recount(self, working: Days) -> list[Term]:
        """Every open clock on another calendar; returns those that moved, each in a new epoch."""
        moved = []
        for term in self.terms:
            before, term.working = term.due, working
            if term.count().due != before:
                moved.append(term)
        for term in moved:
            term.epoch += 1
        if self.clocks.get("handle") in moved:
            self.epoch += 1
            self.clocks["handle"].epoch = self.epoch
        return moved

    def stop(self) -> None:
        """Stop every clock, replies too."""
        for term in self.terms:
            term.open = False

    def drop_unfounded(self) -> None:
        """After a command on a measure: proposals whose predecessor can never be again what they rest on."""
        for one in self.measures:
            if one.state != "proposed" or one.step.after is None:
                continue
            step, fact, _ = one.step.after
            before = self.before(one, step)
            gone = before is None or before.state in ("withdrawn", "rejected")
            if gone or (fact == "unanswered" and before.state == "concluded"):
                one.state = "withdrawn"

    def is_founded(self, measure: Measure, day: date, working: Days) -> bool:
        """Whether what a proposal rests on still holds on a day."""
        if measure.step.after is None:
            return True
        step, fact, wait = measure.step.after
        before = self.before(measure, step)
        since = before.since(fact) if before else None
        return since is not None and working_day(working, since, wait) <= day

    def before(self, measure: Measure, step: str) -> Measure | None:
        """The measure of another step in the same epoch of the same clock."""
        same = (one for one in self.measures if one.epoch == measure.epoch and one.step.name == step)
        return next((one for one in same if one.step.clock == measure.step.clock), None)

    def settle(self) -> None:
        """After a command: what hangs on a clock that was stopped or moved."""
        runs = self.state in RUNNING + STANDING
        open_ = {name: term.epoch for name, term in self.clocks.items() if term.open and runs}
        for one in self.measures:
            if one.state == "proposed" and open_.get(one.step.clock) != one.epoch:
                one.state = "withdrawn"
            elif one.state in PENDING and one.step.clock not in open_ and not one.step.lasts:
                one.state = "concluded"

    def look(self, day: date, working: Days, *, authorised: bool) -> tuple[list[Measure], list[Measure]]:
        """What a sweep on a day does to it: the measures raised and those whose reply lapsed."""
        raised: list[Measure] = []
        lapsed: list[Measure] = []
        while self.state in RUNNING:
            gone = [one for one in self.measures if self._lapses(one, day, working)]
            running = [name for name, term in self.clocks.items() if term.open]
            found = [self._next(name, day, working, authorised) for name in running]
            new = [one for one in found if one is not None]
            if not gone and not new:
                break
            for one in gone:
                one.state = "lapsed"
            self.measures += new
            lapsed, raised = lapsed + gone, raised + new
        return raised, lapsed

    def _lapses(self, one: Measure, day: date, working: Days) -> bool:
        due = one.reply_due
        return one.state == "served" and due is not None and working_day(working, due, 1) <= day

    def _next(self, name: str, day: date, working: Days, authorised: bool) -> Measure | None:
        """The highest rung of a clock that is reached with its gates open; those below are named."""
        term = self.clocks[name]
        here = (name, term.epoch)
        mine = {one.step.name: one for one in self.measures if (one.step.clock, one.epoch) == here}
        rungs = [step for step in LADDER if step.clock == name]
        highest = max((place for place, step in enumerate(rungs) if step.name in mine), default=-1)
        left = rungs[highest + 1 :]
        reached = [step for step in left if self._reached(step, term, mine, day, working)]
        if not reached:
            return None
        top = reached[-1]
        passed = frozenset(step.label for step in left[: left.index(top)])
        made = Measure(top, term.epoch, "proposed", day, passed_over=passed)
        if top.automatic and (authorised or not top.numbered):
            made.issue(day, working)
        return made

    def _reached(self, step: Step, term: Term, mine: dict[str, Measure], day: date, working: Days) -> bool:
        if step.lapses and day > term.due:
            return False
        if self.asked and step.offset > 0 and step.clock == "handle":
            return False
        on = working_day(working, term.due, step.offset)
        if step.after is not None:
            before, fact, days = step.after
            since = mine[before].since(fact) if before in mine else None
            if since is None:
                return False
            on = max(on, working_day(working, since, days))
        return on <= day
