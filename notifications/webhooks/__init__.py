"""Webhooks: a small JSON body, signed, handed over to an address that was looked at; the receiver acts on it.

The manner is that of Standard Webhooks: `webhook-id` tells a repeat from news, `webhook-timestamp` an old
body from a new one, `webhook-signature` whoever holds the secret from anybody else. Called by the office like
the relay, with the same failures; never decides when to try again, and knows of no case.
"""
