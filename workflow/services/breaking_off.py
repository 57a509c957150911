"""One of several acts at which the database failed: logged, and told by its row, while the others go on."""

import logging

from sqlalchemy.exc import DBAPIError

from workflow.storage.busy import is_transient

log = logging.getLogger("duban")


def broken_off(error: DBAPIError, name: str) -> str:
    """What a person is told of the one of this name. Its transaction left nothing, or nobody can say."""
    log.error("the database failed at %r, one of several", name, exc_info=error)
    if is_transient(error):
        return "数据库正忙，这一项没有办理，请稍后重试。"
    return "数据库出错，这一项没有办成；请先看它现在的情况再办，仍然如此的，请告知维护人员。"
