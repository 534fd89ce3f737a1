"""Pages of reminders: the list, a new one with its preview, one with its progress, its messages, wishes, public texts, receipts."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page, public
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.texting import signing
from yingjie.reminders import actions, notices, paper, queries, receipts, screen
from yingjie.reminders.forms import StartForm, WishForm
from yingjie.reminders.message_list import MESSAGES, MessageSource
from yingjie.reminders.words import FATE_TITLES, NOTICE_TITLES
from yingjie.web.form_page import form_page
from yingjie.web.lists import build, selected

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("reminders.view")
def reminders(request: ActorRequest) -> HttpResponse:
    context = {"rows": queries.reminders(request.actor), "may_send": request.actor.may("reminders.send")}
    return render(request, "reminders/reminders.html", context | {"stays_here": screen.stays_here()})


@page("reminders.send")
def new(request: ActorRequest) -> HttpResponse:
    """First what would come of it, with the texts as they would be read; then, by the same form, it is sent."""
    form = StartForm(
        request.POST or None, areas=screen.areas_to_remind(request.actor), occasions=screen.occasions()
    )
    seen: dict[str, Any] = {}

    def act(given: dict[str, Any]) -> HttpResponse:
        if request.POST.get("step") == "send":
            made = actions.start(by=request.actor, **given)
            notes.success(request, _("The reminder is being sent."))
            return redirect("reminder", made.pk)
        language = given.pop("language")
        preview = queries.preview(actions.asked(by=request.actor, **given), language)
        left_out = [(FATE_TITLES[fate], people) for fate, people in preview.suppressed]
        context = seen | {"preview": preview, "left_out": left_out, "stays_here": screen.stays_here()}
        return render(request, "reminders/new.html", context | {"form": form})

    return form_page(request, form, "reminders/new.html", seen, act)


@page("reminders.view")
def reminder(request: ActorRequest, reminder_id: UUID) -> HttpResponse:
    return render(request, "reminders/reminder.html", screen.reminder_page(request.actor, reminder_id))


@page("reminders.send")
@require_POST
def stop(request: ActorRequest, reminder_id: UUID) -> HttpResponse:
    stayed = actions.stop(by=request.actor, reminder_id=reminder_id)
    notes.success(
        request, _("The reminder is stopped. {count} messages had not left yet.").format(count=stayed)
    )
    return redirect("reminder", reminder_id)


@page("people.reveal")
@never_cache
def sheet(request: ActorRequest, reminder_id: UUID) -> HttpResponse:
    """Whole phones: the same permission as for showing one."""
    response = HttpResponse(
        paper.hand_out_sheet(by=request.actor, reminder_id=reminder_id), content_type=XLSX
    )
    name = f"{_('Messages')}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@page("reminders.view")
def messages_of(request: ActorRequest) -> HttpResponse:
    context = {"stays_here": screen.stays_here()}
    return build(request, MESSAGES, MessageSource(request.actor)).respond(
        request, "reminders/messages.html", context
    )


@page("reminders.wish")
@require_POST
def told(request: ActorRequest) -> HttpResponse:
    source = MessageSource(request.actor)
    chosen = selected(request, MESSAGES, source)
    of = source.chosen(chosen.filters)
    if of is None:
        raise NotFound()
    count = actions.mark_told(by=request.actor, reminder_id=of, person_ids=chosen.uuids)
    notes.success(request, _("{count} messages are marked as handed out.").format(count=count))
    return redirect(f"{reverse('reminder_messages')}?reminder={of}")


@page("reminders.wish")
def wish(request: ActorRequest, person_id: UUID) -> HttpResponse:
    found = queries.standing(request.actor, person_id)
    form = WishForm(request.POST or None, initial={"says": "yes" if found.says == "no" else "no"})

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.note_wish(by=request.actor, person_id=person_id, **given)
        notes.success(request, _("The wish is noted."))
        return redirect("person", person_id)

    context = {"found": found, "person": screen.person(person_id)}
    return form_page(request, form, "reminders/wish.html", context, act)


@page("reminders.view")
def notices_of(request: ActorRequest, area_code: str = "") -> HttpResponse:
    """Texts to copy for a village, a township or the county."""
    choices = screen.areas_to_tell(request.actor)
    chosen = request.GET.get("area") or area_code or (choices[0][0] if choices else "")
    found = notices.notices(request.actor, chosen)
    texts = [(NOTICE_TITLES[each.kind], each) for each in found.texts]
    return render(request, "reminders/notices.html", {"found": found, "texts": texts, "choices": choices})


@page("reminders.view")
def notices_sheet(request: ActorRequest, area_code: str) -> HttpResponse:
    found = notices.notices(request.actor, area_code)
    texts = [(NOTICE_TITLES[each.kind], each) for each in found.texts]
    return render(request, "reminders/notices_sheet.html", {"found": found, "texts": texts})


@public(
    "the text message service tells what was delivered; its signature is checked, and nothing is told to it"
)
@csrf_exempt
@require_POST
def take_receipts(request: HttpRequest) -> HttpResponse:
    headers = request.headers
    counted = receipts.take(
        moment=headers.get(signing.MOMENT, ""),
        signature=headers.get(signing.SIGNATURE, ""),
        body=request.body,
    )
    return JsonResponse(counted)
