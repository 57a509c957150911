"""Hashes under the installation's key: what is short or known elsewhere is guessed from no plain hash.

A hash is kept with the name of its key, since keys are changed.
"""

import hmac
from hmac import compare_digest

from workflow.secret import Key, Secret

SUBJECT = b"duban/subject/1\x00"
"""What somebody is called at the provider. An entry bears the hash, so that a name can be held against it."""
ADMISSION_CODE = b"duban/admission-code/1\x00"


def keyed(domain: bytes, value: str, secret: Secret) -> str:
    """The hash (HMAC-SHA256) of a value under the newest key, with that key's name before it."""
    return _under(secret.newest, domain, value)


def fits(kept: str, domain: bytes, value: str, secret: Secret) -> bool:
    """Whether this value has that hash; False where the key it was made under is gone."""
    key = secret.find(kept.partition(":")[0])
    return key is not None and compare_digest(kept, _under(key, domain, value))


def _under(key: Key, domain: bytes, value: str) -> str:
    made = hmac.digest(key.value, domain + value.encode(errors="surrogatepass"), "sha256")
    return f"{key.id}:{made.hex()}"
