"""Where residents complain without an account: the form, the receipt, and what became of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from yingjie.bookings.public_views import frame, proved
from yingjie.bookings.screen import resident
from yingjie.foundation.access.gates import public
from yingjie.outreach import written, written_actions
from yingjie.outreach.complaint_list import ABOUT_TITLES, ReceiptForm, WrittenForm
from yingjie.outreach.mobilising import mobilising
from yingjie.web.account import client_address
from yingjie.web.form_page import form_page

RECEIPT = "complaint_receipt"


@public("whoever wants to complain; no account, no name needed")
@never_cache
def complain(request: HttpRequest) -> HttpResponse:
    who = proved(request)
    form = WrittenForm(request.POST or None, towns=written.townships(), is_known=who is not None)

    def act(given: dict[str, Any]) -> HttpResponse:
        address = client_address(request)
        if who is not None:
            made = written_actions.write_own(person_id=who, **given, address=address)
        else:
            made = written_actions.write(**given, address=address)
        request.session[RECEIPT] = made
        return redirect("resident_receipt")

    context = {"days": mobilising().complaint_days, "name": resident(who) if who else ""}
    return form_page(request, form, "outreach/resident_complaint.html", frame(request) | context, act)


@public("whoever holds a receipt number, and whoever was just given one")
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of a complaint. The one just written stands there by itself, for as long as this browser is open."""
    form = ReceiptForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        request.session[RECEIPT] = written_actions.look_up(given["receipt"], address=client_address(request))
        return redirect("resident_receipt")

    found = written.standing(request.session.get(RECEIPT, ""))
    about = ABOUT_TITLES[found.about] if found else ""
    context = {"found": found, "about": about}
    return form_page(request, form, "outreach/resident_receipt.html", frame(request) | context, act)
