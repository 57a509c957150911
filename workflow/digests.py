"""Whether this machine can count a digest profile: SM3 comes with OpenSSL, and not with every build of it."""

import hashlib

from workflow.errors import ConfigurationError


def check_available(algorithm: str) -> None:
    """Raise `ConfigurationError` (`digest_unavailable`) for a digest that Python's OpenSSL does not have."""
    try:
        hashlib.new(algorithm)
    except ValueError as error:
        raise ConfigurationError(
            f"本机的OpenSSL不支持{algorithm.upper()}，无法记载或核验；请换用支持该算法的OpenSSL（1.1.1及以上，"
            "未停用国密算法）后重试。",
            code="digest_unavailable",
            algorithm=algorithm,
        ) from error
