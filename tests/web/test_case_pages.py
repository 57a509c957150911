"""The register and a case's page: what each sees of them, and acting by form."""

from tests.builders import LIAISON, OFFICER, TITLE, a_case, stored


def test_a_stranger_is_sent_to_sign_in_and_back(pages):
    answer = pages.stranger().get("/cases?state=draft")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fcases%3Fstate%3Ddraft"


def test_an_officer_sees_the_register_and_a_case_with_its_history(office, pages):
    case = a_case(office, "handling")
    him = pages.signed_in(OFFICER)
    assert case.number in him.sees("/cases")
    shown = him.sees(f"/cases/{case.number}")
    assert TITLE in shown and "交办" in shown and "办理方案" in shown


def test_a_command_is_given_by_its_form_and_stands_in_the_history(office, pages):
    case = a_case(office, "assigned")
    him = pages.signed_in(LIAISON)
    answer = him.sends(f"/cases/{case.number}/acts/acknowledge")
    assert answer.status_code == 303, answer.text
    assert stored(office, case).facts.state == "registered"
    assert "已办理：签收" in him.sees(answer.headers["location"])
