"""口径: one line for each number of a report, that says what is counted."""

from collections.abc import Mapping

from states.reports.happened import Share
from states.statistics import Happening, Measure

OF_FLOW: Mapping[str, tuple[str, str]] = {
    "carried": ("上期结转", "本期以前交办、本期开始时还没有销号的事项；交办日期不明的接续事项计入结转。"),
    "accepted": ("本期交办", "交办日期在本期的事项，撤销、合并的不计。"),
    "closed": (
        "本期销号",
        "销号日期在本期的事项，不论何时交办；销号后重启的，按重启后的情况计，原来的销号不再计。",
    ),
    "open": ("期末在办", "到期末还没有销号的事项，等于上期结转加本期交办减本期销号。"),
    "overdue": ("其中逾期", "期末在办的事项中，现期限在期末以前（含当日）而逾期的。"),
    "overdue_originally": ("其中超过原定期限", "期末在办的事项中，原定期限在期末以前（含当日）而逾期的。"),
    "long_term": ("长期事项", "期末在办的长期坚持事项，没有办结期限，另计，不计入以上各项和各个比率。"),
}
"""What each number of a flow is called, and how it is counted."""

OF_SHARES: Mapping[Measure, str] = {
    Measure.CLOSED: "本期交办的事项中，到统计时已经销号的。",
    Measure.ON_TIME: "现期限在本期、已销号或已逾期的事项中，报结日不晚于现期限的，审核用去的时间不计。",
    Measure.ON_TIME_ORIGINALLY: "原定期限在本期、已销号或已逾期的事项中，报结日不晚于原定期限的，延期不算。",
    Measure.OVERDUE: "现期限在本期的事项中，超过现期限的，包括逾期以后办结的。",
    Measure.OVERDUE_ORIGINALLY: "原定期限在本期的事项中，超过原定期限的，包括经批准延期的。",
    Measure.EXTENDED: "现期限在本期的事项中，曾经批准延期的；只申请没有批准的不算。",
    Measure.EXTENDED_ORIGINALLY: "原定期限在本期的事项中，曾经批准延期的，不论延到何时。",
    Measure.RETURNED: "本期交办并在本系统报结过的事项中，曾被退回重办的；原台账接续而未在本系统报结的不计。",
    Measure.FIRST_TIME: "本期交办、在本系统报结并已销号的事项中，没有退回、没有重启过的。",
    Measure.RELAPSED: "本期交办并且回头看过的事项中，曾认定反弹的；以后又认定保持的，仍计入。",
}
"""How each share is counted."""

OF_AVERAGE = "本期交办并已销号的事项，自交办至报结的平均工作日数，扣除停计的时间；重启过的不计。"
OF_LEFT_OUT = "撤销、合并的事项，交办日期或者期限在本期的，不计入以上各项，只写明件数；没有交办的不计。"

OF_HAPPENED: Mapping[Happening, str] = {
    Happening.RETURNED: "本期内退回重办的次数，不论何时交办。",
    Happening.STRUCK_OFF: "本期内批准销号的次数，不论何时交办；以后重启的，仍计一次。",
    Happening.FIRST_TIME: "本期内的销号中，此前没有退回、没有重启过的。",
    Happening.EXTENDED: "本期内批准延期的次数，不论何时交办、何时到期。",
    Happening.NOT_EXTENDED: "本期内不同意延期的次数。",
    Happening.LOOKED_BACK: "本期内回头看的次数，不论何时交办、何时销号；重新回头看的另计一次。",
    Happening.RELAPSED: "本期内的回头看中，认定反弹的次数。",
    Happening.REOPENED: "本期内重启的次数，不论何时销号。",
    Happening.REASSIGNED: "本期内改派牵头单位的次数，计入事项现在的牵头单位。",
}
"""How what happened in a period is counted: by its own day, as often as it happened."""

OF_HAPPENED_SHARES: Mapping[Share, str] = {
    Share.RETURNED: "本期内审核报结（退回重办、销号）的次数中，退回重办的。",
    Share.FIRST_TIME: "本期内销号的次数中，此前没有退回、没有重启过的。",
    Share.EXTENDED: "本期内审批延期（批准、不同意）的次数中，批准的。",
    Share.RELAPSED: "本期内回头看的次数中，认定反弹的。",
}
"""How the shares of it are counted."""
