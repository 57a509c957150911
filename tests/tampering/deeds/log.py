"""Deeds done to the log, its sealer and its checkpoints."""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, update

from states.evidence.checkpoint import parse
from states.history import PROFILES
from tests.tampering.deeds.victims import Victim, change_to_one_of, other_hex
from tests.tampering.owner import LOG, Owner
from workflow.signing import SigningKey
from workflow.storage.evidence_models import CheckpointMade, Evidence, LogEntry, Sealer


def any_place(owner: Owner) -> Any:
    return owner.any_row(LogEntry)


def forget_a_place(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.remove(row, LogEntry)
    return {"position": row.position}


def forget_the_end(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.run(delete(LOG).where(LOG.c.position >= row.position))
    return {"position": row.position}


def swap_two_places(owner: Owner) -> Victim:
    first, second = sorted(owner.dice.sample(owner.rows(LogEntry), 2), key=lambda row: row.position)
    owner.change(first, LogEntry, event_id=-1)
    owner.change(second, LogEntry, event_id=first.event_id)
    owner.change(first, LogEntry, event_id=second.event_id)
    return {"position": first.position}


def slip_in_a_place(owner: Owner) -> Victim:
    """A place for an entry there never was, and everything after it one further on."""
    row = any_place(owner)
    later = LOG.c.position >= row.position
    owner.run(update(LOG).where(later).values(position=-LOG.c.position - 1))
    owner.run(update(LOG).where(LOG.c.position < 0).values(position=-LOG.c.position))
    owner.add(LogEntry, {"position": row.position, "event_id": 900_000, "epoch": row.epoch})
    return {"position": row.position}


def point_elsewhere(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.change(row, LogEntry, event_id=900_000 + row.event_id)
    return {"position": row.position}


def name_another_epoch(owner: Owner) -> Victim:
    row = any_place(owner)
    owner.run(update(LOG).where(LOG.c.position >= row.position).values(epoch=row.epoch + 1))
    return {"position": row.position}


def move_the_sealer(owner: Owner) -> Victim:
    (row,) = owner.rows(Sealer)
    change_to_one_of(
        owner,
        row,
        Sealer,
        {"size": row.size - 1},
        {"peaks": other_hex(owner, row.peaks.replace(",", ""))},
        {"last_event_id": row.last_event_id - 1},
    )
    return {}


def change_the_evidence(owner: Owner) -> Victim:
    (row,) = owner.rows(Evidence)
    (other,) = {*PROFILES} - {row.algorithm}
    change_to_one_of(
        owner, row, Evidence, {"algorithm": other}, {"epoch": 9}, {"first": 7}, {"key_id": "0" * 16}
    )
    return {}


def edit_a_checkpoint(owner: Owner) -> Victim:
    row = owner.any_row(CheckpointMade)
    lines = row.text.splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith("root: "))
    lines[place] = f"root: {other_hex(owner, lines[place][6:-1])}\n"
    owner.change(row, CheckpointMade, text="".join(lines))
    return {"checkpoint": row.number}


def remove_a_checkpoint(owner: Owner) -> Victim:
    row = owner.any_row(CheckpointMade)
    owner.remove(row, CheckpointMade)
    return {"checkpoint": row.number}


def sign_a_checkpoint_oneself(owner: Owner) -> Victim:
    """Another root in a checkpoint, signed with a key of one's own."""
    row, key = owner.any_row(CheckpointMade), SigningKey(bytes(range(32)))
    one = parse(row.text)
    forged = key.sign(replace(one, root=other_hex(owner, one.root), key=key.public))
    owner.change(row, CheckpointMade, text=forged.text, hash=forged.hash)
    return {"checkpoint": row.number}


def edit_a_checkpoint_outside(owner: Owner) -> Victim:
    """The one thing here the owner of the database cannot reach by SQL."""
    file = owner.dice.choice(sorted(owner.outside.iterdir()))
    lines = file.read_text().splitlines(keepends=True)
    place = owner.dice.randrange(1, len(lines))
    name, _, value = lines[place].rstrip("\n").partition(": ")
    digit = next(n for n, one in enumerate(value) if one.isdigit())
    other = str((int(value[digit]) + 1) % 10)
    lines[place] = f"{name}: {value[:digit]}{other}{value[digit + 1 :]}\n"
    file.chmod(0o600)
    file.write_text("".join(lines))
    return {"file": file.name}
