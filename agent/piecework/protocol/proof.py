"""The mutual challenge of the link: HMAC-SHA256 over both nonces, the client id and the port.

The vector in shared/protocol/examples/proof.vector.json is checked by both languages.
"""

import base64
import hashlib
import hmac
import secrets

NONCE_BYTES = 32


def new_nonce() -> str:
    """32 random bytes, base64url without padding."""
    return base64.urlsafe_b64encode(secrets.token_bytes(NONCE_BYTES)).rstrip(b"=").decode()


def key_bytes(key: str) -> bytes:
    """The 32 bytes behind a base64url key text. Raises ValueError for anything else."""
    raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    if len(raw) != NONCE_BYTES:
        raise ValueError("a link key has 32 bytes")
    return raw


def mac(  # noqa: PLR0913, PLR0917 - a proof has these six parts, in this order
    role: str, key: bytes, cid: str, port: int, nonce_e: str, nonce_a: str
) -> str:
    """`role` is "agent" (mac_a) or "extension" (mac_e). Returns base64url without padding."""
    text = f"piecework 1 {role}\n{cid}\n{port}\n{nonce_e}\n{nonce_a}".encode()
    return base64.urlsafe_b64encode(hmac.new(key, text, hashlib.sha256).digest()).rstrip(b"=").decode()


def same(left: str, right: str) -> bool:
    """Compares two macs in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
