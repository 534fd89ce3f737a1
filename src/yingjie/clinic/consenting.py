"""Informed consent: the text that is shown, how it is signed, and how it is taken back."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.clinic import refusals, wording
from yingjie.clinic.arriving import end_without
from yingjie.clinic.holding import held, name_of, walk
from yingjie.clinic.models import SIGNERS, Consent, Visit
from yingjie.clinic.over_midnight import day_of
from yingjie.clinic.texts import ConsentText, text_for
from yingjie.clinic.workflow import ConsentFacts
from yingjie.doses import proofs
from yingjie.doses.beside import standing_due
from yingjie.doses.queries import standing_of
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import BadInput, NotFound, Refusal
from yingjie.people import queries as people
from yingjie.vaccines.queries import group_of, product
from yingjie.vaccines.wording import said

LONGEST_STROKES = 60_000
MOST_POINTS = 6_000
FEWEST_POINTS = 8


@dataclass(frozen=True)
class Signed:
    """How somebody signed: on the screen (`strokes`: JSON, a list of strokes, each a flat list x, y, x, y … of whole numbers 0 to
    1000) or on paper (`paper`; `scan`: a photo or PDF of it, where there is one)."""

    signer: str = "self"
    guardian_name: str = ""
    guardian_relation: str = ""
    strokes: str = ""
    paper: bool = False
    scan: bytes = b""


@transaction.atomic
def consent(*, by: Actor, visit_id: UUID, product_code: str, text: str, signed: Signed) -> Visit:
    """Write down that the recipient or guardian read the text (`text`: its version) for a product and signed.

    Raises AnotherDay, WrongProduct, OtherText, GuardianNeeded, GuardianUnnamed, NotSigned, SignatureUnreadable, BadInput,
    WrongOrder, what
    doses.proofs says of a file, NotFound.
    """
    visit, at = held(by, visit_id, "clinic.register")
    _known_words(signed)
    strokes = _strokes(signed.strokes)
    person = people.briefs({visit.person_id})[visit.person_id]
    try:
        group = group_of(product_code)
    except NotFound as unknown:
        offered = standing_due(visit.person_id, clock.today()).products
        raise refusals.WrongProduct(
            product=product_code or "–", offered=wording.product_list(offered)
        ) from unknown
    standing = standing_of(visit.person_id, clock.today(), group=group)
    current = current_text(product_code)
    facts = ConsentFacts(
        today=clock.today(), visit_on=day_of(visit), age=person.age, product=product_code, offered=standing.products, text=text,
        current=current.version, signer=signed.signer, guardian=signed.guardian_name,
        is_signed=bool(strokes) or signed.paper,
    )  # fmt: skip
    walk(by, visit, "consent", facts, lambda code: _not_consented(code, visit, facts))
    visit.product_code = product_code
    visit.save()
    is_guardian = signed.signer == "guardian"
    made = Consent.objects.create(
        person_id=visit.person_id, visit=visit, product_code=product_code, text=text,
        language=language_now(), signer=signed.signer,
        guardian_name=signed.guardian_name.strip()[:40] if is_guardian else "",
        guardian_relation=signed.guardian_relation[:20] if is_guardian else "",
        signed_on="screen" if strokes else "paper", strokes=strokes, scan_sha256=_kept(signed.scan), at=clock.now(), by=by.name,
    )  # fmt: skip
    said_facts = {"person": str(visit.person_id), "text": text, "signer": signed.signer, "on": made.signed_on}
    record(by=by, verb="clinic.consent", subject=visit, area_code=at.area_code, facts=said_facts)
    return visit


@transaction.atomic
def withdraw(*, by: Actor, visit_id: UUID, reason: str) -> Visit:
    """The recipient or guardian takes the consent back before the injection: the visit ends, the consent stays, as withdrawn.

    Raises WhyMissing, WrongOrder, AlreadyVaccinated, NotFound."""
    visit, at = held(by, visit_id, "clinic.register")
    walk(by, visit, "withdraw", reason, lambda code: refusals.WhyMissing())
    end_without(by, visit, "withdrawn", reason)
    visit.save()
    rows = Consent.objects.unscoped("of a locked visit").filter(person_id=visit.person_id, visit_id=visit.pk)
    rows.filter(withdrawn_at__isnull=True).update(
        withdrawn_at=clock.now(), withdrawn_reason=reason.strip()[:200]
    )
    record(
        by=by,
        verb="clinic.withdraw",
        subject=visit,
        area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )
    return visit


def current_text(product_code: str) -> ConsentText:
    """The text that is shown today for a product. Raises NotFound for no product."""
    return text_for(product(product_code), clock.today())


def _known_words(signed: Signed) -> None:
    if signed.signer not in SIGNERS:
        raise BadInput(what=_("Say who signs: the recipient or a guardian."))
    if signed.guardian_relation not in ("", *wording.RELATION_TITLES):
        raise BadInput(what=_("Choose how the guardian is related."))


def _strokes(raw: str) -> str:
    """The signature as it is kept: "" where nothing was drawn. Raises SignatureUnreadable."""
    if not raw.strip():
        return ""
    if len(raw) > LONGEST_STROKES:
        raise refusals.SignatureUnreadable()
    try:
        lines = [[int(each) for each in line] for line in json.loads(raw)]
    except (ValueError, TypeError, RecursionError) as wrong:
        raise refusals.SignatureUnreadable() from wrong
    points = sum(len(line) for line in lines) // 2
    within = all(0 <= each <= 1000 for line in lines for each in line)
    if not within or points > MOST_POINTS or any(len(line) % 2 for line in lines):
        raise refusals.SignatureUnreadable()
    return json.dumps(lines, separators=(",", ":")) if points >= FEWEST_POINTS else ""


def _kept(scan: bytes) -> str:
    return files.put(proofs.inspect(scan).content) if scan else ""


def _not_consented(code: str, visit: Visit, facts: ConsentFacts) -> Refusal:
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=visit.on)
    if code == "clinic.wrong_product":
        shown = said(product(facts.product).short_title)
        return refusals.WrongProduct(product=shown, offered=wording.product_list(facts.offered))
    if code == "clinic.guardian_needed":
        return refusals.GuardianNeeded(name=name_of(visit), age=facts.age)
    plain = {
        "clinic.other_text": refusals.OtherText,
        "clinic.guardian_unnamed": refusals.GuardianUnnamed,
        "clinic.not_signed": refusals.NotSigned,
    }
    return plain[code]()
