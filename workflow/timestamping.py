"""RFC 3161 time-stamps: asking an authority for one, and reading one by the authority's own certificate.

Whoever is trusted stands in one PEM file: the root of the authority, and what lies between it and the
certificate that signs, unless the tokens carry it. What the system trusts for web pages counts for nothing.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from workflow.errors import ConfigurationError, TimestampRefused

PATIENCE = 10.0
"""Seconds for the whole of an answer."""

LARGEST = 64 * 1024
"""Bytes of an answer; usual ones have three to eight thousand."""

ASKING = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
ANSWERED = 200


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of the authority. Raises `ConfigurationError` (`tsa_certificate_unreadable`)."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not any(map(_is_root, found)):
        raise _unreadable(path)
    return found


def stamp(data: bytes, url: str, certificates: Sequence[x509.Certificate]) -> bytes:
    """An authority's answer with a valid token over these bytes, as it came.

    Raises `TimestampRefused`: `tsa_away`, `tsa_refused`, `tsa_answer_invalid`.
    """
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    httpx = import_module("httpx")  # long to import, and reading a token needs none of it
    try:
        answer = asyncio.run(_asked(httpx, url, request.as_bytes()))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        kind = type(error).__name__
        message = f"时间戳机构没有应答（{kind}），请核对DUBAN_TSA_URL及网络；稍后自动再试。"
        raise TimestampRefused(message, code="tsa_away") from error
    stamped_at(answer, data, certificates, request)
    return answer


def stamped_at(
    token: bytes,
    data: bytes,
    certificates: Sequence[x509.Certificate],
    request: TimeStampRequest | None = None,
) -> datetime:
    """When the authority saw these bytes, by an answer that holds. Raises `TimestampRefused`."""
    builder = VerifierBuilder.from_request(request) if request else VerifierBuilder()
    for one in certificates:
        add = builder.add_root_certificate if _is_root(one) else builder.add_intermediate_certificate
        builder = add(one)
    answer = _read(token)
    try:
        builder.build().verify_message(answer, data)
    except VerificationError as error:
        raise TimestampRefused(
            "时间戳不能核实：不是对该检查点的，或不是所指定的机构签发的，请核对DUBAN_TSA_CERTIFICATE。",
            code="tsa_answer_invalid",
            reason=str(error),
        ) from error
    return answer.tst_info.gen_time


def told_time(token: bytes) -> datetime | None:
    """When a token says it was made, whoever made it; None where it says nothing."""
    try:
        return _read(token).tst_info.gen_time
    except TimestampRefused:
        return None


async def _asked(httpx: Any, url: str, question: bytes) -> bytes:
    """No redirect is followed, and no proxy of the environment's used."""
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(trust_env=False) as client,
        client.stream("POST", url, content=question, headers=ASKING) as answer,
    ):
        if answer.status_code != ANSWERED:
            message = f"时间戳机构拒绝了请求（HTTP {answer.status_code}），请核对DUBAN_TSA_URL。"
            raise TimestampRefused(message, code="tsa_refused", status=answer.status_code)
        taken = b""
        async for part in answer.aiter_bytes():
            taken += part
            if len(taken) > LARGEST:
                raise _no_token()
        return taken


def _read(token: bytes) -> TimeStampResponse:
    try:
        answer = decode_timestamp_response(token)
        _ = answer.tst_info
    except ValueError as error:
        raise _no_token() from error
    return answer


def _no_token() -> TimestampRefused:
    return TimestampRefused("时间戳机构的应答不是时间戳，请核对DUBAN_TSA_URL。", code="tsa_answer_invalid")


def _is_root(one: x509.Certificate) -> bool:
    return one.issuer == one.subject


def _unreadable(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"时间戳机构的证书{path}无法读取或其中没有根证书，请核对DUBAN_TSA_CERTIFICATE：须为PEM格式。",
        code="tsa_certificate_unreadable",
    )
