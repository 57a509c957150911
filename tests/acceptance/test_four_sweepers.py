"""Four sweepers at once, each a process of its own as operators run it: every late case is escalated once.

`DUBAN_SWEEPERS_CASES` sets how many cases are due: more than one sweeper takes in one transaction, so that
they meet. How long four take beside one is measured in `tests/benchmarks` and asserted nowhere.
"""

import json
import os
from collections import Counter

from states.document_number import parse
from tests.builders import rows
from tests.sweepers import SWEEP, SWEEPERS, late_cases, started
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation, OutboxMessage

MATTERS = int(os.environ.get("DUBAN_SWEEPERS_CASES", "1500"))


def test_four_sweepers_escalate_each_late_case_once(office):
    late_cases(office, MATTERS)
    processes = [started(office, "-m", "workflow.cli", *SWEEP) for _ in range(SWEEPERS)]
    answers = [process.communicate(timeout=280) for process in processes]
    assert [process.returncode for process in processes] == [0] * SWEEPERS, answers
    assert [errors for _, errors in answers] == [""] * SWEEPERS
    reports = [json.loads(told) for told, _ in answers]
    assert sum(report["issued"] for report in reports) == MATTERS
    assert [report["held"] for report in reports] == [0] * SWEEPERS
    steps = Counter((row.case_id, row.step) for row in rows(office, Escalation))
    assert (len(steps), set(steps.values())) == (MATTERS, {1})
    papers = rows(office, Document)
    numbers = sorted(parse(row.number).serial for row in papers)
    assert numbers == list(range(1, len(papers) + 1))
    assert len(rows(office, OutboxMessage)) == len(papers) < MATTERS
    listed = Counter(item["number"] for row in papers for item in json.loads(row.facts)["items"])
    assert (len(listed), set(listed.values())) == (MATTERS, {1})
    assert verify(office).findings == []
    told = "、".join(str(report["issued"]) for report in reports)
    print(f"\n{office.engine.dialect.name}: {MATTERS} cases, issued by each: {told}")
