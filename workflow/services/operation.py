"""How the scheduler has been running, as the doctor tells it: when it swept last, gaps, holds, set-asides."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from states.office_time import morning_of, office_day, office_minute
from workflow.services import restoring, sweep_record
from workflow.services.office import Office
from workflow.storage import sweeps
from workflow.storage.session import reading

LOOKED_BACK, SHOWN, MOST_GAPS = timedelta(days=30), 5, 1_000
OK, WARNING = "ok", "warning"


def look_over(office: Office, today: date) -> Iterator[tuple[str, str]]:
    """What a person should know of the sweeps, worst first."""
    with reading(office.engine) as tx:
        last = sweep_record.last_end(sweeps.latest_runs(tx))
        holds = sweeps.holds_in_force(tx)
        aside = sweeps.failed_cases(tx, waiting=True)
        gaps = sweep_record.gaps(tx, morning_of(today - LOOKED_BACK), MOST_GAPS)
    behind = restoring.behind(office)
    if behind is not None:
        yield WARNING, f"{behind}；巡查与发信将自动暂缓，核对后请用duban sweep release放行"
    yield from ((WARNING, f"巡查已暂缓：{row.told}") for row in holds)
    if aside:
        shown = "、".join(row.number for row in aside[:SHOWN]) + ("等" if len(aside) > SHOWN else "")
        yield WARNING, f"{len(aside)}个事项多次巡查未成，已搁置（{shown}）；查明后请用duban sweep retry重试"
    if gaps:
        shown = "、".join(f"{office_minute(start)}至{office_minute(end)}" for start, end in gaps[:SHOWN])
        yield WARNING, f"近30天巡查中断{len(gaps)}次：{shown}" + ("等" if len(gaps) > SHOWN else "")
    yield _last(last, today)


def _last(last: datetime | None, today: date) -> tuple[str, str]:
    if last is None:
        return OK, "尚未巡查过；运行duban serve或duban worker后自动巡查"
    level = WARNING if office_day(last) < today else OK
    return level, f"最近一次巡查：{office_minute(last)}"
