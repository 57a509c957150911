"""Papers people write: drafted, reviewed, signed, issued, served, archived or voided, one file per verb.

Each verb takes the same road: the case or the journal is locked, the rule book (`states.papers`) decides, and
one transaction writes the row, the entry, and with 印发 the number, the paper and its mails.
"""
