"""What happens to a matter on a day, as a report counts it in the period that day lies in."""

from states.vocabulary import Labelled


class Happening(Labelled):
    """One thing that happened to a matter on a day, as its history tells; each time counts.

    `FIRST_TIME` is a `STRUCK_OFF` before which the matter was never sent back or taken up again, `RELAPSED`
    a `LOOKED_BACK` that found the problem back.
    """

    RETURNED = "returned", "退回重办"
    STRUCK_OFF = "struck_off", "销号"
    FIRST_TIME = "first_time", "一次销号"
    EXTENDED = "extended", "批准延期"
    NOT_EXTENDED = "not_extended", "不同意延期"
    LOOKED_BACK = "looked_back", "回头看"
    RELAPSED = "relapsed", "认定反弹"
    REOPENED = "reopened", "重启"
    REASSIGNED = "reassigned", "改派"
