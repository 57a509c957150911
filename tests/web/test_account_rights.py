"""Every act on an account, for everybody: on his own, on somebody else's, and on one there is not."""

from contextlib import suppress

import pytest

from states.errors import Refusal
from tests.builders import SECURITY_ADMIN, SYSTEM_ADMIN, signed
from tests.stories import INQUIRY
from tests.web.playing import BYSTANDER, PEOPLE
from tests.web.rights import ACCOUNT_ACTS, EVERYBODY
from tests.web.test_rights import differing, told
from workflow.services.accounts import admitting, disabling, invitations
from workflow.web.pages.accounts import DEALINGS

NOBODY, UNHEARD_OF = "R999", "nothing-like-it"


def test_the_table_has_a_line_for_every_act_there_is():
    assert DEALINGS.keys() == ACCOUNT_ACTS.keys() - {UNHEARD_OF}


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_act_tells_everybody_what_the_table_says(play, who):
    token, found, wanted = play.token(who), {}, {}
    for act, line in ACCOUNT_ACTS.items():
        people = (PEOPLE.get(who, BYSTANDER), BYSTANDER, NOBODY)
        for person, expected in zip(people, line[who], strict=True):
            path, filled = (
                f"/accounts/{person}/{act}",
                {"reason": "本人没有申请", "which": prepared(play, act)},
            )
            found[act, person] = told(play.browser(who), "POST", path, token, **filled)
            wanted[act, person] = expected
    play.leaves(who)
    assert differing(found, wanted) == {}


def prepared(play, act):
    """Somebody else's account as the act finds it: invited, or disabled to be enabled. What waits of it."""
    by, at = signed(SYSTEM_ADMIN, INQUIRY), INQUIRY
    with suppress(Refusal):
        disabling.enable(play.office, BYSTANDER, by=by, at=at)
        admitting.admit(play.office, BYSTANDER, by=signed(SECURITY_ADMIN, at), at=at)
    invitations.invite(play.office, BYSTANDER, by=by, at=at)
    if act == "enable":
        disabling.disable(play.office, BYSTANDER, by=by, at=at)
    waiting = admitting.waiting(play.office, by=signed(SECURITY_ADMIN, at), at=at)
    return next((one["id"] for one in waiting if one["person"] == BYSTANDER), "")
