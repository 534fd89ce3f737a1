"""A village at noon of 19 May 2021 with four households and their phones; a small text message service for the HTTP gateway."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.modules import campaign
from yingjie.foundation import clock
from yingjie.foundation.texting import signing
from yingjie.people import actions as people
from yingjie.people.models import Person

LEAD = campaign.actor("town_lead")
OFFICER = campaign.actor("village_officer", campaign.VILLAGE)
SECRET = b"only for tests"


@pytest.fixture
def village(db: None) -> Iterator[None]:
    with clock.at(campaign.NOON):
        campaign.tree()
        yield


def resident(serial: int, name: str, phone: str = "", *, birth_on: date = date(1950, 1, 1)) -> Person:
    return people.register(
        by=campaign.maker, area_code=campaign.VILLAGE, name=name, number=campaign.identity_number(birth_on, serial),
        phones=[phone] if phone else [], registered_on=date(2021, 1, 1), source="test",
    )  # fmt: skip


class Service:
    """What a text message service has to do: believe signed requests, give out each key once, answer for every message."""

    def __init__(self) -> None:
        self.given_out: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.words: dict[str, tuple[str, str]] = {}
        self.refuses: set[str] = set()
        self.status = 200
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                at, signature = self.headers[signing.MOMENT], self.headers[signing.SIGNATURE]
                moment = datetime.fromtimestamp(int(at), clock.CAMPAIGN_ZONE)
                good = signing.check(SECRET, at, signature, body, moment)
                answer = (
                    json.dumps({"results": [service.answer(row) for row in json.loads(body)["messages"]]})
                    if good
                    else "{}"
                )
                self.send_response(service.status if good else 403)
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/send"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def answer(self, row: dict[str, str]) -> dict[str, str]:
        self.asked[row["key"]] += 1
        if row["to"] in self.refuses:
            return {"key": row["key"], "state": "refused", "problem": "no such number"}
        if self.status == 200 and row["key"] not in self.given_out:
            self.given_out[row["key"]] += 1
            self.words[row["to"]] = (row["key"], row["words"])
        return {"key": row["key"], "state": "accepted", "reference": f"r{len(self.given_out)}"}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[Service]:
    secret = tmp_path / "sms-secret"
    secret.write_bytes(SECRET + b"\n")
    made = Service()
    settings.YINGJIE_SMS_URL, settings.YINGJIE_SMS_SECRET = made.url, secret
    yield made
    made.close()
