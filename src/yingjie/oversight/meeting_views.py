"""Pages of meetings about cards: arranging one, its record, calling it off; and who follows a card."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import card_queries, meeting_actions, meetings
from yingjie.oversight.card_actions import DECIDE
from yingjie.oversight.card_queries import CardRow
from yingjie.oversight.card_words import KINDS
from yingjie.oversight.meeting_forms import ArrangeForm, CallOffForm, OwnerForm, RecordForm
from yingjie.web.form_page import form_page

_FORM = "oversight/meeting_form.html"


@page("oversight.card")
def arrange(request: ActorRequest, card_id: UUID) -> HttpResponse:
    card = _decided(request, card_id)
    form = ArrangeForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        meeting_actions.arrange(by=request.actor, card_id=card_id, **given)
        messages.success(request, _("Arranged. The area sees when and where on its Today page."))
        return redirect("oversight_card", card_id)

    return form_page(request, form, _FORM, _context(card, _("Arrange a meeting")), act)


@page("oversight.card")
def hold(request: ActorRequest, meeting_id: UUID) -> HttpResponse:
    found = meetings.meeting(request.actor, meeting_id)
    form = RecordForm(request.POST or None, initial={"attended": found.invited})

    def act(given: dict[str, Any]) -> HttpResponse:
        meeting_actions.hold(by=request.actor, meeting_id=meeting_id, **given)
        messages.success(request, _("Saved."))
        return redirect("oversight_card", found.card_id)

    return _about(request, found.card_id, form, _("Record of the meeting"), act)


@page("oversight.card")
def call_off(request: ActorRequest, meeting_id: UUID) -> HttpResponse:
    found = meetings.meeting(request.actor, meeting_id)
    form = CallOffForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        meeting_actions.call_off(by=request.actor, meeting_id=meeting_id, **given)
        messages.success(request, _("Saved."))
        return redirect("oversight_card", found.card_id)

    return _about(request, found.card_id, form, _("Call the meeting off"), act)


@page("oversight.card")
def hand_to(request: ActorRequest, card_id: UUID) -> HttpResponse:
    card = _decided(request, card_id)
    form = OwnerForm(request.POST or None, initial={"owner": card.owner})

    def act(given: dict[str, Any]) -> HttpResponse:
        meeting_actions.hand_to(by=request.actor, card_id=card_id, **given)
        messages.success(request, _("Saved."))
        return redirect("oversight_card", card_id)

    return form_page(request, form, _FORM, _context(card, _("Who follows it")), act)


def _about(request: ActorRequest, card_id: UUID, form: Form, title: str, act: Any) -> HttpResponse:
    return form_page(request, form, _FORM, _context(card_queries.card(request.actor, card_id), title), act)


def _decided(request: ActorRequest, card_id: UUID) -> CardRow:
    """A card that the actor decides on. Raises NotFound."""
    found = card_queries.card(request.actor, card_id)
    if not request.actor.may(DECIDE, found.raised_by):
        raise NotFound()
    return found


def _context(card: CardRow, title: str) -> dict[str, Any]:
    return {"title": title, "card": card, "kind": KINDS[card.kind]}
