"""One address that is told something, and its secret: made once, kept closed, replaced without a gap."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.channels.addresses import Listed
from notifications.webhooks.receivers import Receiver
from notifications.webhooks.signing import new_secret
from states.errors import FactInvalid
from workflow.errors import ConfigurationError
from workflow.services import sealed_words
from workflow.services.accounts.keyed import keyed
from workflow.services.office import Office
from workflow.services.work import Work
from workflow.settings import Settings
from workflow.storage import webhooks

MOST = 50
DOMAIN = b"duban/webhook/1"
ADDRESS = b"duban/webhook-address/1\x00"
"""An entry bears the hash of an address, so that another in its place is seen."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new address, or a new secret of one, which nobody is told again."""

    id: str
    secret: str = field(repr=False)


def listed(settings: Settings) -> Listed:
    """The hosts and networks beyond the public ones that may be told something."""
    return Listed.parse(settings.webhook_allow)


def check_url(settings: Settings, url: str) -> str:
    """Raises `WebhookInvalid` for an address that may not be told anything."""
    return Receiver.parse(url, plain=settings.webhook_http, listed=listed(settings)).url


def check_room(tx: Connection) -> None:
    """Raises `FactInvalid` (`webhooks_too_many`) where there are as many as there may be."""
    if webhooks.count_alive(tx) >= MOST:
        raise FactInvalid(f"事件推送至多{MOST}个，请先撤销不用的。", code="webhooks_too_many")


def add(
    work: Work,
    *,
    name: str,
    url: str,
    person: str,
    kinds: tuple[str, ...] = (),
    units: tuple[str, ...] | None = None,
    waits: bool = False,
) -> Made:
    """Keep an address with a secret of its own. Without `kinds` it is told only what is put into the outbox
    for it; one that `waits` is told nothing before it is confirmed. The caller enters it into a history.
    Raises `WebhookInvalid`.
    """
    made = Made(secrets.token_hex(16), new_secret())
    webhooks.add(
        work.tx,
        id=made.id,
        name=name,
        url=check_url(work.office.settings, url),
        kinds=kinds,
        units=units,
        secret=_closed(work.office, made),
        state=webhooks.PROPOSED if waits else webhooks.ACTIVE,
        made_by=person,
        made_at=work.at,
    )
    return made


def entered(office: Office, url: str) -> dict[str, str]:
    """What an entry tells of an address: its keyed hash, since a path may hold a key."""
    return {"address": keyed(ADDRESS, url, office.secret)}


def replace_secret(work: Work, row: Row[Any], *, former_until: datetime) -> Made:
    """Give an address a new secret; the former one signs beside it until an instant."""
    made = Made(row.id, new_secret())
    former = {"former_secret": row.secret, "former_until": former_until}
    webhooks.change(work.tx, row.id, secret=_closed(work.office, made), **former)
    return made


def signing(office: Office, row: Row[Any], at: datetime) -> list[str]:
    """The secrets that sign what an address is told at an instant, the newest first.

    Raises `ConfigurationError` (`webhook_secret_lost`) where the installation's key is gone.
    """
    kept = [row.secret]
    kept += [row.former_secret] if row.former_secret and row.former_until > at else []
    opened = [sealed_words.unsealed(one, row.id, office.secret, domain=DOMAIN) for one in kept]
    if opened[0] is None:
        message = f"推送“{row.name}”的签名密钥打不开，请为它更换密钥。"
        raise ConfigurationError(message, code="webhook_secret_lost")
    return [one for one in opened if one is not None]


def _closed(office: Office, made: Made) -> str:
    return sealed_words.sealed(made.secret, made.id, office.secret, domain=DOMAIN)
