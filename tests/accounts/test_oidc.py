"""Signing in through a provider: by its own signed word for this sign-in, and only who has an account."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from tests.accounts.people import ADDRESS, ADMIN, AGENT, AUDIT, CODE, MINUTE, SECURITY, an_account, told
from tests.administrators import with_three
from tests.builders import DIRECTOR, OFFICER, OPENED, rows, signed
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, KEY, OTHER_KEY, SUBJECT, IdentityProvider, signed_by
from tests.oidc_provider import serving as serving_provider
from workflow.errors import ConfigurationError, ProviderRefused, SignInRefused, TooManyTries
from workflow.identity_provider import LARGEST, LEFT_ALONE
from workflow.services.accounts import admitting, disabling, linking, oidc, sessions
from workflow.services.accounts.guessing import TO_PROVIDER
from workflow.settings import Settings
from workflow.storage.account_models import Rate

REDIRECT = "https://duban.binhai.example/sign-in/provider"
DISCOVERY = "/.well-known/openid-configuration"
CALLER = oidc.Caller(ADDRESS, AGENT)


@pytest.fixture
def provider():
    with serving_provider(IdentityProvider(now=int(OPENED.timestamp()))) as one:
        yield one


@pytest.fixture
def linked(office, provider):
    """The office with the provider, and 吕喆 known to it."""
    secret = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET)}
    settings = office.settings.model_copy(update={"oidc_issuer": provider.issuer, **secret})
    made = replace(office, settings=settings)
    an_account(made)
    linking.link(made, OFFICER, SUBJECT, by=signed(ADMIN), at=OPENED)
    return made


def begin(office, when=OPENED):
    return oidc.begin(office, REDIRECT, address=ADDRESS, at=when)


def signs_in(office, provider, when=OPENED, **changed):
    """The whole way; `changed` is what the browser brings back otherwise."""
    begun = begin(office, when)
    back = provider.consent(begun.url) | changed
    return oidc.finish(office, back, begun.kept, caller=CALLER, at=when)


def refused(office, provider, **changed):
    with pytest.raises((ProviderRefused, SignInRefused)) as told:
        signs_in(office, provider, **changed)
    return told.value.code


def test_whoever_the_provider_vouches_for_is_signed_in(linked, provider):
    made = signs_in(linked, provider)
    assert (made.visitor.person, made.visitor.name) == (CODE, OFFICER)
    found = sessions.visitor(linked, made.token, at=OPENED + MINUTE)
    assert found == made.visitor
    ((_, entry),) = told(linked, "signed_in")
    assert (entry["address"], entry["by_provider"]) == (ADDRESS, True)


def test_the_browser_is_sent_with_pkce_state_and_nonce(linked, provider):
    url = begin(linked).url
    assert url.startswith(f"{provider.issuer}/authorize?")
    for part in ("response_type=code", "code_challenge_method=S256", "code_challenge=", "state=", "nonce="):
        assert part in url
    assert "scope=openid" in url
    assert len({begin(linked).url for _ in range(3)}) == 3


def test_discovery_is_read_once(linked, provider):
    for _ in range(3):
        signs_in(linked, provider)
    assert provider.asked.count(DISCOVERY) == 1


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("iss", "https://elsewhere.example"),
        ("aud", "another"),
        ("aud", ["another"]),
        ("aud", [CLIENT_ID, "another"]),  # and nobody says whom it is for
        ("azp", "another"),
        ("nonce", "another"),
        ("exp", int(OPENED.timestamp()) - 61),
        ("exp", "morgen"),
        ("iat", int(OPENED.timestamp()) + 120),
        ("nbf", int(OPENED.timestamp()) + 120),
        ("sub", ""),
        ("sub", "x" * 256),
        ("sub", 17),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(linked, provider, wrong, value):
    provider.token = lambda claims: claims | {wrong: value}
    assert refused(linked, provider) == "oidc_invalid"
    ((_, entry),) = told(linked, "sign_in_failed")
    assert entry["wrong"] == "token"


def test_a_token_for_somebody_else_lets_nobody_in_whoever_asked_for_it(linked, provider):
    provider.token = lambda claims: claims | {"aud": "another", "azp": CLIENT_ID}
    assert refused(linked, provider) == "oidc_invalid"


@pytest.mark.parametrize("missing", ["iss", "aud", "exp", "iat", "sub", "nonce"])
def test_a_token_without_what_it_owes_lets_nobody_in(linked, provider, missing):
    provider.token = lambda claims: {name: one for name, one in claims.items() if name != missing}
    assert refused(linked, provider) == "oidc_invalid"


def test_a_clock_a_little_off_does_no_harm(linked, provider):
    provider.now += 55
    assert signs_in(linked, provider).visitor.name == OFFICER
    provider.now -= 300 + 55 + 50
    assert signs_in(linked, provider).visitor.name == OFFICER


def unsigned(claims):
    parts = (json.dumps(one).encode() for one in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."


def by_shared_secret(claims):
    """The public key taken for a shared secret."""
    head = {"alg": "HS256", "kid": "first"}
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (head, claims)]
    made = hmac.new(KEY.as_pem(private=False), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(made).rstrip(b"=")]).decode()


@pytest.mark.parametrize("sign", [unsigned, by_shared_secret, signed_by(OTHER_KEY), lambda _: "x.y.z"])
def test_a_token_the_provider_did_not_sign_lets_nobody_in(linked, provider, sign):
    provider.sign = sign
    provider.document = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
    assert refused(linked, provider) == "oidc_invalid"


@pytest.mark.parametrize("sign", [unsigned, by_shared_secret, signed_by(KEY)])
@pytest.mark.parametrize("offered", [["none"], ["HS256"], ["HS256", "none"], []])
def test_a_provider_that_offers_no_signature_by_public_key_lets_nobody_in(linked, provider, offered, sign):
    """No algorithm left means none is taken, not the library's own list."""
    provider.sign, provider.document = sign, {"id_token_signing_alg_values_supported": offered}
    assert refused(linked, provider) == "oidc_invalid"


def test_a_code_is_good_for_once(linked, provider):
    begun = begin(linked)
    back = provider.consent(begun.url)
    oidc.finish(linked, back, begun.kept, caller=CALLER, at=OPENED)
    with pytest.raises(ProviderRefused) as told:
        oidc.finish(linked, back, begun.kept, caller=CALLER, at=OPENED)
    assert told.value.code == "oidc_denied"


def test_an_answer_to_another_browser_s_question_lets_nobody_in(linked, provider):
    mine, his = begin(linked), begin(linked)
    with pytest.raises(ProviderRefused) as told:
        oidc.finish(linked, provider.consent(his.url), mine.kept, caller=CALLER, at=OPENED)
    assert told.value.code == "oidc_stale"


@pytest.mark.parametrize("changed", [{"state": ""}, {"state": "愿"}, {"iss": "https://elsewhere.example"}])
def test_what_does_not_belong_together_lets_nobody_in(linked, provider, changed):
    assert refused(linked, provider, **changed) == "oidc_stale"
    assert "/token" not in provider.asked


@pytest.mark.parametrize("changed", [{"error": "access_denied"}, {"code": ""}])
def test_who_is_not_let_through_there_is_not_let_in_here(linked, provider, changed):
    assert refused(linked, provider, **changed) == "oidc_denied"


def test_what_the_browser_kept_is_good_for_ten_minutes_and_nobody_makes_it(linked, provider):
    begun = begin(linked)
    for kept, when in ((begun.kept, OPENED + timedelta(minutes=11)), (begun.kept[:-8], OPENED), ("", OPENED)):
        with pytest.raises(ProviderRefused) as told:
            oidc.finish(linked, provider.consent(begun.url), kept, caller=CALLER, at=when)
        assert told.value.code == "oidc_stale"
    assert not any(word in begun.kept for word in ("nonce", "verifier", REDIRECT))


def test_somebody_without_an_account_is_told_whom_to_ask(linked, provider):
    provider.subject = "provincial-9999"
    begun = begin(linked)
    with pytest.raises(SignInRefused, match="请联系本单位督查联络员或者系统管理员") as refused:
        oidc.finish(linked, provider.consent(begun.url), begun.kept, caller=CALLER, at=OPENED)
    assert refused.value.code == "subject_unknown"
    ((_, entry),) = told(linked, "sign_in_failed")
    assert (entry["wrong"], "provincial-9999" in str(entry)) == ("subject", False)


def test_a_disabled_account_is_not_let_in(linked, provider):
    disabling.disable(linked, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused(linked, provider) == "account_disabled"
    ((_, entry),) = told(linked, "sign_in_failed")
    assert (entry["wrong"], entry["person"]) == ("disabled", CODE)


def test_an_address_that_only_tries_is_stopped_before_the_provider_is_asked(linked, provider):
    provider.subject = "provincial-9999"
    codes = []
    for _ in range(32):
        try:
            signs_in(linked, provider)
        except SignInRefused as refused:
            codes.append(refused.code)
        except TooManyTries as refused:
            codes.append(refused.code)
    assert codes == ["subject_unknown"] * 30 + ["too_many_tries"] * 2
    assert provider.asked.count("/token") == 30


def test_an_address_counts_only_where_the_provider_vouches_for_it(linked, provider):
    office = replace(linked, settings=linked.settings.model_copy(update={"oidc_claim": "email"}))
    linking.link(office, OFFICER, "lv@binhai.example", by=signed(ADMIN), at=OPENED)
    for verified in (False, None, "true"):
        provider.token = lambda claims, verified=verified: (
            claims | {"email": "lv@binhai.example", "email_verified": verified}
        )
        assert refused(office, provider) == "oidc_invalid"
    provider.token = lambda claims: claims | {"email": "lv@binhai.example", "email_verified": True}
    assert signs_in(office, provider).visitor.name == OFFICER


def test_under_djbh3_the_provider_s_proof_is_enough(linked, provider):
    office = replace(linked, settings=linked.settings.model_copy(update={"passwords": "djbh3"}))
    made = signs_in(office, provider)
    assert made.visitor.owes is None
    assert sessions.visitor(office, made.token, at=OPENED).owes is None


@pytest.mark.parametrize(
    "fault",
    [
        (500, b"{}"),
        (302, b"{}"),
        (200, b"<html>"),
        (200, b'{"keys": "' + b"x" * LARGEST + b'"}'),
    ],
)
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
def test_a_provider_that_answers_badly_is_away(linked, provider, path, fault):
    provider.faults[path] = fault
    assert refused(linked, provider) == "oidc_away"
    assert "/elsewhere" not in provider.asked
    provider.faults.clear()
    assert signs_in(linked, provider, OPENED + LEFT_ALONE).visitor.name == OFFICER


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
    ],
)
def test_only_the_issuer_the_settings_name_is_asked_and_not_in_the_open(linked, provider, document):
    provider.document = document
    assert refused(linked, provider) == "oidc_away"


def test_a_provider_that_is_not_there_is_away(linked):
    gone = replace(linked, settings=linked.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"}))
    with pytest.raises(ProviderRefused) as refused:
        begin(gone)
    assert refused.value.code == "oidc_away"


def test_a_provider_that_failed_is_left_alone_for_a_while_and_whoever_comes_is_told_at_once(linked, provider):
    provider.faults[DISCOVERY] = (500, b"{}")
    for seconds in (0, 1, 14):
        with pytest.raises(ProviderRefused, match="应答500") as refused:
            begin(linked, OPENED + timedelta(seconds=seconds))
        assert refused.value.code == "oidc_away"
    assert provider.asked.count(DISCOVERY) == 1
    provider.faults.clear()
    assert begin(linked, OPENED + LEFT_ALONE).url
    assert provider.asked.count(DISCOVERY) == 2


def test_whoever_comes_at_once_waits_for_one_answer_of_the_provider(linked, provider):
    with ThreadPoolExecutor(8) as pool:
        assert len({begun.url for begun in pool.map(lambda _: begin(linked), range(8))}) == 8
    assert provider.asked.count(DISCOVERY) == 1


def test_ways_to_the_provider_that_never_come_back_are_counted_by_address(linked, provider):
    for _ in range(TO_PROVIDER.amount):
        begin(linked)
    for _ in range(2):
        with pytest.raises(TooManyTries) as refused:
            begin(linked)
        assert 0 < refused.value.facts["retry_after"] <= 600
    assert told(linked, "address_stopped") == [("address_stopped", {"address": ADDRESS})]
    assert oidc.begin(linked, REDIRECT, address="10.8.3.22", at=OPENED).url
    assert begin(linked, OPENED + 10 * MINUTE).url


def test_ways_that_come_back_right_cost_an_address_nothing(linked, provider):
    for _ in range(3):
        signs_in(linked, provider)
    assert {row.tries for row in rows(linked, Rate)} == {0}


def test_without_settings_there_is_no_provider(office):
    assert not oidc.is_offered(office.settings)
    with pytest.raises(ConfigurationError) as refused:
        begin(office)
    assert refused.value.code == "oidc_off"
    with pytest.raises(ValidationError):
        Settings(_env_file=None, oidc_issuer="http://elsewhere.example")


def test_an_account_has_one_name_there_and_a_name_one_account(linked):
    an_account(linked, DIRECTOR, "bian", "路灯312盏-十月以前")
    with pytest.raises(Exception, match=f"已对应{OFFICER}"):
        linking.link(linked, DIRECTOR, SUBJECT, by=signed(ADMIN), at=OPENED)
    linking.unlink(linked, OFFICER, by=signed(ADMIN), at=OPENED)
    linking.link(linked, DIRECTOR, SUBJECT, by=signed(ADMIN), at=OPENED)
    kinds = [kind for kind, _ in told(linked, "account_linked", "account_unlinked")]
    assert kinds == ["account_linked", "account_unlinked", "account_linked"]
    assert SUBJECT not in str(told(linked, "account_linked"))


def test_whoever_is_linked_otherwise_is_signed_in_no_more(linked, provider):
    made = signs_in(linked, provider)
    linking.link(linked, OFFICER, "provincial-0002", by=signed(ADMIN), at=OPENED)
    assert sessions.visitor(linked, made.token, at=OPENED) is None
    assert refused(linked, provider) == "subject_unknown"


def test_a_name_that_waits_to_be_admitted_lets_nobody_in_and_the_former_still_counts(linked, provider):
    with_three(linked)
    linking.link(linked, OFFICER, "provincial-0002", by=signed(ADMIN), at=OPENED)
    former = signs_in(linked, provider)
    provider.subject = "provincial-0002"
    assert refused(linked, provider) == "subject_unknown"
    admitting.admit(linked, OFFICER, by=signed(SECURITY), at=OPENED)
    assert sessions.visitor(linked, former.token, at=OPENED) is None
    assert signs_in(linked, provider).visitor.name == OFFICER


@pytest.mark.parametrize("by", [AUDIT, DIRECTOR])
def test_only_the_system_administrator_links(linked, by):
    with pytest.raises(Exception, match="账号由系统管理员管理"):
        linking.link(linked, OFFICER, "x", by=signed(by), at=OPENED)


@pytest.mark.parametrize("subject", ["", " x", "x" * 256])
def test_what_no_provider_calls_anybody_is_refused(linked, subject):
    with pytest.raises(Exception, match="统一身份认证的标识"):
        linking.link(linked, OFFICER, subject, by=signed(ADMIN), at=OPENED)
