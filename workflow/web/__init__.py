"""The counter: what the office answers over HTTP."""
