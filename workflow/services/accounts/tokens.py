"""Tokens: what only their holder knows. The database keeps a hash, by which they are found."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A token nobody can guess, of letters an address may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> str:
    """What a token is kept and known by. Of 32 random bytes a plain hash gives nothing away."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
