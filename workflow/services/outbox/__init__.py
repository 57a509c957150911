"""Sending what the outbox holds, and looking after it.

The honest promise: a message shown as sent was accepted by the relay at least once, and none is lost while
the database survives. It can be accepted twice only where the connection or the process ended between the
last byte and the record of the answer; both copies are the same to the byte, Message-ID included. That a
relay accepted a message does not mean that it arrived in a mailbox; what comes back is told apart.

`sending` is a run; its `lanes` each hold one conversation, its `clerk` writes for all of them, `attempts` are
what is written, `ahead` builds what leaves next, and `standing` says whether the relay is to be tried.
`copying` is a run of the copies, and `by_hand` what people do.
"""
