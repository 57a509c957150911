"""设置: the entrance, with one line on each part somebody looks after."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from states.settings_rights import Section, sections_of
from states.visibility import sees_no_case
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import Who
from workflow.web.pages.settings.framing import PLACES, SETTINGS

router = APIRouter()

LINES = {
    Section.UNITS: "单位树、更名与合并、别名、负责人和联络员、邮箱；人员的联系方式、任职和职责。",
    Section.CALENDARS: "各年的工作日和放假安排，载入通知，核对并接受受影响的期限。",
    Section.POLICIES: "时限、提醒和函询的规则：版本、检查、与现行的差别、推演、启用和授权。",
    Section.MAIL: "邮件服务器、准许寄往的邮件域、停用的地址，试发一封。",
    Section.QUEUE: "待发和没有送到的邮件：暂扣、放行、重发、改发、取消。",
    Section.NUMBERS: "事项编号和发文字号：下一个号、缺号、作废的号及理由。",
    Section.WEBHOOKS: "把事项的变动推送给其他系统：设立、试推、暂停、补推、换密钥、撤销。",
    Section.WORDINGS: "各种文书和邮件的用语：改写、预览、检查，历次用语，恢复自带的。",
}
THREE = (
    ("/accounts", "账号", "开通、重置、停用账号，核准邀请。"),
    ("/roles", "职责", "提请、核准职责和名录的变动。"),
    ("/sessions", "登录情况", "谁在何时何处登录。"),
)


@router.get(SETTINGS)
def entrance(request: Request, who: Who) -> Response:
    """The parts he is shown; of the three administrators their own pages too."""
    mine = [(PLACES[one], one.label, LINES[one]) for one in sections_of(who.roles)]
    three = THREE if sees_no_case(who.roles) else ()
    return page(request, "settings/entrance.html.j2", mine=mine, three=three)
