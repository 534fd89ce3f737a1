"""The residents' own pages: a number, a phone and a code; then their own places. No account, no script needed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.bookings import feed, proposals, queries, residents, screen
from yingjie.bookings.forms import CodeForm, DoorForm
from yingjie.bookings.rules import rules
from yingjie.foundation import clock
from yingjie.foundation.access.gates import public
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.web import registry
from yingjie.web.account import client_address
from yingjie.web.form_page import form_page

WHO, UNTIL, ASKED, LARGE = "resident", "resident_until", "resident_code", "resident_large"
MINUTES = 30


@public("the door of the residents' pages")
@never_cache
def door(request: HttpRequest) -> HttpResponse:
    form = DoorForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        made = residents.ask_code(**given, address=client_address(request))
        request.session[ASKED] = str(made)
        return redirect("resident_code")

    sample = residents.sample() if settings.YINGJIE_DEMO else None
    return form_page(request, form, "bookings/resident_door.html", frame(request) | {"sample": sample}, act)


@public("asks for the code that went to the phone")
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    asked = request.session.get(ASKED)
    if asked is None:
        return redirect("resident_door")
    form = CodeForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        who = residents.enter(code_id=UUID(asked), code=given["code"])
        request.session.cycle_key()
        del request.session[ASKED]
        request.session[WHO] = str(who)
        request.session[UNTIL] = clock.now().timestamp() + MINUTES * 60
        return redirect("resident_mine")

    return form_page(request, form, "bookings/resident_code.html", frame(request), act)


@public("whoever proved to be this person, for half an hour; anybody else goes to the door")
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The place there is, or the times that would suit."""
    who = proved(request)
    if who is None:
        return redirect("resident_door")
    held = queries.live_of(who)
    found = proposals.proposals(who, online=True)
    choosing = held is None or request.GET.get("move") == "1"
    context = {
        "name": screen.resident(who), "held": held, "found": found, "choosing": choosing, "late_minutes": rules().late_minutes,
        "days": screen.times_by_day(found.times) if choosing else [],
    }  # fmt: skip
    return render(request, "bookings/resident_mine.html", frame(request) | context)


@public("whoever proved to be this person; anybody else goes to the door")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    who = proved(request)
    if who is None:
        return redirect("resident_door")
    slot_id = _id(request.POST.get("slot", ""))
    if queries.live_of(who) is None:
        residents.book_own(person_id=who, slot_id=slot_id)
        messages.success(request, _("Your place is booked."))
    else:
        residents.move_own(person_id=who, slot_id=slot_id)
        messages.success(request, _("Your place is moved."))
    return redirect("resident_mine")


@public("whoever proved to be this person; anybody else goes to the door")
@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    who = proved(request)
    if who is None:
        return redirect("resident_door")
    residents.cancel_own(person_id=who, booking_id=_id(request.POST.get("booking", "")))
    messages.success(request, _("Your place is given up."))
    return redirect("resident_mine")


@public("ends one's own visit to these pages")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    for key in (WHO, UNTIL, ASKED):
        request.session.pop(key, None)
    return redirect("resident_door")


@public("the size of letters")
@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    request.session[LARGE] = not request.session.get(LARGE, False)
    back = request.POST.get("next", "")
    return redirect(back if back in _public_pages() else reverse("resident_door"))


@public("sites and how many places are free")
def places(request: HttpRequest) -> HttpResponse:
    shown = screen.free_by_site(screen.sites(None))
    return render(
        request, "bookings/resident_places.html", frame(request) | {"sites": shown, "as_of": clock.now()}
    )


@public("sites and how many places are free, for machines")
def feed_json(request: HttpRequest) -> HttpResponse:
    area = request.GET.get("area", "")
    if area and not area.isdigit():
        raise BadInput(what=_("An area is given by the digits of its code."))
    response = JsonResponse(feed.feed(area), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=30"
    return response


@public("a demo has no phones: its messages to invented people are read here, and nowhere else")
@never_cache
def demo_messages(request: HttpRequest) -> HttpResponse:
    if not settings.YINGJIE_DEMO:
        raise NotFound()
    return render(
        request, "bookings/resident_messages.html", frame(request) | {"texts": residents.last_texts()}
    )


def proved(request: HttpRequest) -> UUID | None:
    """Who proved to be this person a short while ago."""
    who, until = request.session.get(WHO), request.session.get(UNTIL, 0)
    return UUID(who) if who and clock.now().timestamp() < until else None


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of the residents' pages says, whoever's page stands in it."""
    return {
        "is_large": request.session.get(LARGE, False),
        "is_demo": settings.YINGJIE_DEMO,
        "here": request.path,
    }


def _public_pages() -> set[str]:
    own = {"resident_door", "resident_code", "resident_mine", "resident_places"}
    return {reverse(name) for name in own | {link.url_name for link in registry.current.public}}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise BadInput(what=_("Choose a time.")) from wrong
