"""The rows of a visit as the clinic's actions would have written them: visit, consent, screening, and who came unlisted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from yingjie.bookings.models import Booking
from yingjie.clinic.arriving import BATCH_OF
from yingjie.clinic.models import Consent, Screening, Visit
from yingjie.clinic.questionnaire import questionnaire
from yingjie.clinic.screening import written
from yingjie.clinic.texts import text_for
from yingjie.clinic.workflow import CHECKS, OBSERVATION
from yingjie.demo import site_papers, timeline
from yingjie.demo.copying import Ids, Table
from yingjie.demo.timeline import SiteVisit
from yingjie.foundation.messages import language_now
from yingjie.vaccines.queries import CAMPAIGN_GROUP, product

_CHECKS = json.dumps(dict.fromkeys(CHECKS, True))


class Visitor(NamedTuple):
    person_id: UUID
    sex: str
    age: int


class VisitTables:
    """Tables that are written together."""

    def __init__(self, ids: dict[str, Ids]) -> None:
        self._ids = ids
        self._visits = Table(
            Visit, "id", "person_id", "site_id", "on", "number", "zone", "batch", "state", "state_since", "trail", "ticket_id",
            "temperature", "health_status", "document", "called_at", "called_to", "registered_at", "registered_by",
            "product_code", "checks", "vial_code", "body_side", "verified_at", "verified_by", "dose_id", "vaccinated_at",
            "vaccinated_by", "observe_until", "left_at", "left_by", "left_early_reason", "turned_away_at", "turned_away_by",
            "turned_away_reason", "turned_away_note", "deferred_until", "taken_back_at", "received_from",
        )  # fmt: skip
        self._consents = Table(
            Consent, "id", "person_id", "visit_id", "product_code", "text", "language", "signer", "guardian_name",
            "guardian_relation", "signed_on", "strokes", "scan_sha256", "at", "by", "withdrawn_at", "withdrawn_reason",
        )  # fmt: skip
        self._screenings = Table(
            Screening, "id", "person_id", "visit_id", "version", "answers", "outcome", "until_on", "at", "by", "decision",
            "decision_reason", "decided_at", "decided_by",
        )  # fmt: skip
        self._bookings = Table(
            Booking, "id", "person_id", "group", "number", "site_id", "session_id", "slot_id", "list_id", "on", "at", "channel",
            "state", "booked_at", "booked_by", "arrived_at", "ended_at", "ended_by", "because",
        )  # fmt: skip

    def add(
        self,
        who: Visitor,
        site_id: UUID,
        on: date,
        visit: SiteVisit,
        dose_id: UUID | None,
        nurse: tuple[str, str],
    ) -> None:
        """`nurse`: account and name of whoever verified and vaccinated, ("", "") for somebody who waits."""
        key, given, at = self._ids["visit"].next(visit.registered_at), visit.dose, visit.registered_at
        self._visits.add(
            key, who.person_id, site_id, on, visit.number, timeline.zone_of(visit.number), (visit.number - 1) // BATCH_OF + 1,
            _state(visit), _since(visit), _trail(visit, nurse), None, site_papers.TEMPERATURE, "green", "typed", None, "",
            at, timeline.registrar(visit.site_code), visit.product_code, _CHECKS if given else "{}",
            given.code if given else "", "left" if given else "", given.at if given else None, nurse[0], dose_id,
            given.at if given else None, nurse[1], given.at + OBSERVATION if given else None, visit.left_at,
            timeline.observer(visit.site_code) if visit.left_at else "", "", None, "", "", "", None, None, None,
        )  # fmt: skip
        self._bookings.add(
            self._ids["booking"].next(at), who.person_id, CAMPAIGN_GROUP, visit.dose_number, site_id, None, None, None, on, at,
            "walk_in", "attended", at, timeline.registrar(visit.site_code), at, None, "", "",
        )  # fmt: skip
        self._consent(who, key, visit)
        self._screenings.add(
            self._ids["screening"].next(at), who.person_id, key, questionnaire().version,
            _sealed(Screening, "answers", written(site_papers.nothing_to_say(who.sex, who.age, visit.product_code, on))),
            "go", None, at, timeline.screener(visit.site_code), "", _sealed(Screening, "decision_reason", ""), None, "",
        )  # fmt: skip

    def flush(self) -> None:
        for table in (self._visits, self._consents, self._screenings, self._bookings):
            table.flush()

    def _consent(self, who: Visitor, visit_id: UUID, visit: SiteVisit) -> None:
        signed, at = site_papers.signed(who.age), visit.registered_at
        self._consents.add(
            self._ids["consent"].next(at), who.person_id, visit_id, visit.product_code, _text(visit.product_code, at.date()),
            language_now(), signed.signer, _sealed(Consent, "guardian_name", signed.guardian_name),
            signed.guardian_relation, "paper", _sealed(Consent, "strokes", ""), "", at,
            timeline.registrar(visit.site_code), None, "",
        )  # fmt: skip


@lru_cache(maxsize=256)
def _sealed(model: Any, column: str, value: str) -> str:
    """One ciphertext a value: what differs between rows here is nobody's secret."""
    return str(model._meta.get_field(column).get_prep_value(value))


@lru_cache(maxsize=4_000)
def _text(product_code: str, on: date) -> str:
    return text_for(product(product_code), on).version


def _trail(visit: SiteVisit, nurse: tuple[str, str]) -> str:
    """Every step, timed and signed."""
    desk, doctor = timeline.registrar(visit.site_code), timeline.screener(visit.site_code)
    steps = [
        (step, visit.registered_at, desk, desk) for step in ("ticket", "check_in", "register", "consent")
    ]
    steps.append(("screen", visit.registered_at, doctor, doctor))
    if visit.dose:
        steps += [(step, visit.dose.at, *nurse) for step in ("verify", "vaccinate")]
    if visit.left_at:
        bench = timeline.observer(visit.site_code)
        steps.append(("leave", visit.left_at, bench, bench))
    return json.dumps(
        [
            {"step": step, "at": at.astimezone(UTC).isoformat(), "by": by, "title": title}
            for step, at, by, title in steps
        ]
    )


def _since(visit: SiteVisit) -> datetime:
    return visit.left_at or (visit.dose.at if visit.dose else visit.registered_at)


def _state(visit: SiteVisit) -> str:
    return "screened" if visit.dose is None else "observed" if visit.left_at is None else "left"
