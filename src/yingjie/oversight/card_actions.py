"""Writes of cards: proposed by the rules after a bulletin, decided by a person, answered by the area, lifted."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaxkit.ruledata.card_rules import shipped_card_rules
from vaxkit.supervision import Kind, propose
from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.oversight import card_figures
from yingjie.oversight.meeting_refusals import MeetingAhead, NotInterviewed
from yingjie.oversight.models import Card, CardStep
from yingjie.oversight.refusals import CardMovedOn, WordsMissing
from yingjie.oversight.workflow import CARD, Said
from yingjie.vaccines.wording import bilingual

#: Who decides on a card: the area whose bulletin raised it. Who answers: the area that it is about.
DECIDE, ANSWER = "oversight.card", "oversight.answer"
_FOUND = "found for the actor above"
_BY_HAND = pgettext_lazy("card", "Raised by hand")
_GUARDS = {each.code: each for each in (WordsMissing, MeetingAhead, NotInterviewed)}


@transaction.atomic
def propose_cards(*, by: Actor, area_code: str) -> list[Card]:
    """What the rules propose from the bulletins of an area; what was dismissed for the same days is not proposed again."""
    titles = {rule.code: rule.title for rule in shipped_card_rules()}
    found = propose(shipped_card_rules(), card_figures.figures(area_code), card_figures.standing(area_code))
    made = []
    for each in found:
        on = each.rests_on[-1].on
        rows = Card.objects.unscoped(_FOUND).filter(area_id=each.area, rule=each.rule)
        if rows.filter(on=on).exists():
            continue
        title = titles[each.rule]
        made.append(
            Card.objects.create(
                area_id=each.area, raised_by_id=area_code, kind=each.raises, rule=each.rule, title_zh=title.zh, title_en=title.en,
                because_zh=each.because.zh, because_en=each.because.en,
                rests_on=[card_figures.as_json(figure) for figure in each.rests_on], on=on, reply_days=each.reply_days,
                state=CARD.initial, made_at=clock.now(),
            )
        )  # fmt: skip
    if made:
        record(
            by=by,
            verb="oversight.propose_cards",
            subject=("area", area_code),
            area_code=area_code,
            facts={"cards": len(made)},
        )
    return made


@transaction.atomic
def raise_by_hand(
    *, by: Actor, raised_by: str, area_code: str, kind: str, because: str, reply_due_on: date
) -> Card:
    """A card that no rule proposed. Raises NotFound, NotAllowed, BadInput, WordsMissing."""
    by.require(DECIDE, raised_by)
    if not area_code.startswith(raised_by) or area_code == raised_by:
        raise NotFound()
    areas.area(by, area_code)
    if kind not in set(Kind):
        raise BadInput(what=_("There is no card of this kind."))
    if not because.strip():
        raise WordsMissing()
    today, by_hand = clock.today(), bilingual(_BY_HAND)
    if reply_due_on < today:
        raise BadInput(what=_("The day for the reply lies in the past."))
    card = Card.objects.create(
        area_id=area_code, raised_by_id=raised_by, kind=kind, title_zh=by_hand.zh, title_en=by_hand.en,
        because_zh=because.strip(), because_en=because.strip(), on=today, reply_days=(reply_due_on - today).days,
        reply_due_on=reply_due_on, state="open", owner=by.signature, made_at=clock.now(),
    )  # fmt: skip
    noted(by, card, "raise", "")
    return card


@transaction.atomic
def decide(*, by: Actor, card_id: UUID, step: str, text: str = "") -> Card:
    """`confirm`, `dismiss`, `send_back` or `lift`, by whoever supervises. Raises NotFound, NotAllowed, CardMovedOn,
    WordsMissing, MeetingAhead, NotInterviewed."""
    card = locked(by, card_id)
    if not by.may(DECIDE, card.raised_by_id):
        raise NotAllowed(permission=DECIDE)
    _step(card, step, text)
    if step in ("confirm", "send_back"):
        card.reply_due_on = clock.today() + timedelta(card.reply_days)
        card.owner = card.owner or by.signature
    card.save(update_fields=["state", "reply_due_on", "owner"])
    noted(by, card, step, text)
    return card


@transaction.atomic
def reply(*, by: Actor, card_id: UUID, text: str) -> Card:
    """What the area did about it. Raises NotFound, NotAllowed, CardMovedOn, WordsMissing."""
    card = locked(by, card_id)
    if not by.may(ANSWER, card.area_id):
        raise NotAllowed(permission=ANSWER)
    _step(card, "reply", text)
    card.save(update_fields=["state"])
    noted(by, card, "reply", text)
    return card


def locked(by: Actor, card_id: UUID) -> Card:
    """A proposal is known to those who decide on it alone."""
    found = Card.objects.visible_to(by).filter(pk=card_id).first()
    if found is None or (found.state in ("proposed", "dismissed") and not by.may(DECIDE, found.raised_by_id)):
        raise NotFound()
    return lock(Card.objects.unscoped(_FOUND), pk=card_id)[0]


def _step(card: Card, step: str, text: str) -> None:
    met = list(card.meetings.unscoped(_FOUND).values_list("state", flat=True))
    ahead = met.count("planned")
    try:
        card.state = CARD.advance(card.state, step, Said(text, card.kind, ahead, len(met) - ahead))
    except StepRefused as refused:
        raise _GUARDS.get(refused.code, CardMovedOn)() from refused


def noted(by: Actor, card: Card, step: str, text: str) -> None:
    CardStep.objects.create(card=card, step=step, at=clock.now(), by=by.signature, text=text.strip())
    facts = {"step": step, "kind": card.kind, "rule": card.rule}
    record(by=by, verb="oversight.card", subject=card, area_code=card.area_id, facts=facts)
