"""Signatures of what goes over the wire: HMAC-SHA256 of moment and body, so that nothing can be changed or sent again later."""

import hashlib
import hmac
from datetime import datetime

#: Headers of a request in either direction.
MOMENT, SIGNATURE = "X-Yingjie-Moment", "X-Yingjie-Signature"
#: How far the two clocks may be apart.
SECONDS = 300


def sign(secret: bytes, moment: datetime, body: bytes) -> dict[str, str]:
    """The two headers of a request."""
    at = str(int(moment.timestamp()))
    return {MOMENT: at, SIGNATURE: _digest(secret, at, body)}


def check(secret: bytes, at: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether the holder of the secret sent this body, a few minutes ago at most."""
    if not at.isascii() or not at.isdigit() or abs(int(at[:12]) - int(now.timestamp())) > SECONDS:
        return False
    return hmac.compare_digest(_digest(secret, at, body).encode(), signature.encode("utf-8", "replace"))


def _digest(secret: bytes, at: str, body: bytes) -> str:
    return hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
