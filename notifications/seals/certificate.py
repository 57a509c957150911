"""A PAdES signature by the organ's own certificate (ETSI EN 319 142-1, baseline B-B), through pyHanko.

Needs the extra `sign`. The signature has no picture; a reader that knows the certificate shows who signed and
whether anything was changed since.
"""

import io
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from notifications.seals import SealFailed

FIELD = "Seal"


@dataclass(frozen=True)
class Certificate:
    """A PKCS#12 file with the organ's key and certificate, and what opens it."""

    path: Path
    password: str | None = field(default=None, repr=False)

    @cached_property
    def name(self) -> str:
        """The subject of the certificate, as people read it."""
        return str(self._signer.signing_cert.subject.human_friendly)

    def seal(self, pdf: bytes, *, title: str) -> bytes:
        """The signed PDF; `title` stands in the signature as what it is about. Raises `SealFailed`."""
        signers, fields, misc = _hanko("sign.signers"), _hanko("sign.fields"), _hanko("pdf_utils.misc")
        signer = self._signer
        about = signers.PdfSignatureMetadata(
            field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", reason=title
        )
        try:
            signed = signers.PdfSigner(about, signer=signer).sign_pdf(_writer(pdf))
        except (_hanko("sign.general").SigningError, misc.PdfError, ValueError) as error:
            raise SealFailed(f"文书签名失败（{type(error).__name__}），请检查签名证书。") from error
        result: bytes = signed.getvalue()
        return result

    @cached_property
    def _signer(self) -> Any:
        """The key, read once. Raises `SealFailed` (`seal_unusable`)."""
        password = None if self.password is None else self.password.encode()
        try:
            signer = _hanko("sign.signers").SimpleSigner.load_pkcs12_data(
                self.path.read_bytes(), other_certs=(), passphrase=password
            )
        except OSError as error:
            raise _unusable(self.path, "无法读取") from error
        except (_hanko("sign.general").SigningError, ValueError) as error:
            raise _unusable(self.path, "口令不对，或者不是PKCS#12证书文件") from error
        return signer


def _writer(pdf: bytes) -> Any:
    """An update of the file that leaves its metadata alone.

    pyHanko writes the time of signing into it in a form that PDF/A does not allow (ISO 19005-2, 6.6.2.3.3).
    """
    writer = _hanko("pdf_utils.incremental_writer").IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._update_meta = lambda: None
    return writer


def _hanko(module: str) -> Any:
    """A part of pyHanko; it takes half a second to import, and only sealing needs it."""
    try:
        return import_module(f"pyhanko.{module}")
    except ModuleNotFoundError as error:
        raise SealFailed(
            "没有安装文书签名所需的pyHanko，请用pip install 'duban[sign]'安装。", code="seal_unusable"
        ) from error


def _unusable(path: Path, why: str) -> SealFailed:
    return SealFailed(
        f"签名证书{path.name}{why}，请核对文件和DUBAN_SEAL_PASSWORD。", code="seal_unusable", file=path.name
    )
