"""Telling other programs what happened: who is told of what, what leaves for them, and catching up.

A body is put into the outbox by the transaction that writes the entry it tells of (`telling`), or by whoever
has something for one address (`messages.post`); it leaves by a lane of its own (`sending`), with the outbox's
leases, retries and patience, and what came of it stands in the journal as it does of a mail.
"""
