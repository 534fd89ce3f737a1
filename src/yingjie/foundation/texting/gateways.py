"""The gateways: the outbox of the house itself, and any HTTP service that speaks docs/how-to/text-messages.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from yingjie.foundation import clock
from yingjie.foundation.texting import signing

LARGEST_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True)
class Envelope:
    """A message for one phone. `key` is the same however often it is sent."""

    key: str
    phone: str
    words: str


@dataclass(frozen=True)
class Receipt:
    """What became of an envelope: `sent` (it is the gateway's now), `refused` (it never will be), `failed` (try again later).
    `reference` is the gateway's own number for it, `problem` a short word of why not."""

    key: str
    state: Literal["sent", "refused", "failed"]
    reference: str = ""
    problem: str = ""


class Gateway(Protocol):
    """`stays_here`: messages are handed out by people from a page of the product; nothing leaves, and words are made when read."""

    name: str
    stays_here: bool
    batch: int

    def deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]: ...


class LocalOutbox:
    """The default: every message stands on a page, to be copied, printed or read out by whoever may see the phone."""

    name, stays_here, batch = "outbox", True, 1000

    def deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        return [Receipt(each.key, "sent") for each in envelopes]


class HttpGateway:
    """POSTs a batch as signed JSON. A network that fails, an answer that is none and a busy service are `failed` for all: what
    the service took nevertheless it knows by its key when it comes again."""

    name, stays_here, batch = "http", False, 200

    def __init__(self, url: str, secret: bytes, *, seconds: float = 15.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ImproperlyConfigured(
                "the address of the text message gateway begins with https:// or http://"
            )
        if not secret:
            raise ImproperlyConfigured(
                "the text message gateway needs its secret: see docs/how-to/text-messages.md"
            )
        self._parts, self._secret, self._seconds = parts, secret, seconds

    def deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        messages = [{"key": each.key, "to": each.phone, "words": each.words} for each in envelopes]
        body = json.dumps({"messages": messages}, ensure_ascii=False).encode()
        try:
            status, answer = self._post(body)
        except (OSError, HTTPException):
            return [Receipt(each.key, "failed", problem="unreachable") for each in envelopes]
        if status != 200:
            return [Receipt(each.key, "failed", problem=f"status {status}") for each in envelopes]
        told = _told(answer)
        return [_receipt(each.key, told.get(each.key)) for each in envelopes]

    def _post(self, body: bytes) -> tuple[int, bytes]:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._seconds)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            **signing.sign(self._secret, clock.now(), body),
        }
        path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LARGEST_ANSWER)
        finally:
            connection.close()


def gateway() -> Gateway:
    """The gateway of this instance. Raises ImproperlyConfigured where an address stands without a secret."""
    url = settings.YINGJIE_SMS_URL
    return HttpGateway(url, secret()) if url else LocalOutbox()


def secret() -> bytes:
    """What this instance and its gateway both know; empty where there is none."""
    try:
        return Path(settings.YINGJIE_SMS_SECRET).read_bytes().strip()
    except FileNotFoundError:
        return b""


def _told(answer: bytes) -> dict[str, Mapping[str, Any]]:
    try:
        rows = json.loads(answer)["results"]
        return {str(row["key"]): row for row in rows}
    except (ValueError, KeyError, TypeError):
        return {}


def _receipt(key: str, row: Mapping[str, Any] | None) -> Receipt:
    state = row.get("state") if row is not None else None
    if row is None or state not in ("accepted", "refused", "busy"):
        return Receipt(key, "failed", problem="no answer")
    reference, problem = str(row.get("reference", ""))[:64], str(row.get("problem", ""))[:40]
    if state == "accepted":
        return Receipt(key, "sent", reference)
    return Receipt(key, "refused" if state == "refused" else "failed", reference, problem or str(state))
