"""Pages of doses: why somebody stands where they stand, amending a record, counting what a policy changes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.doses import actions, beside, queries, screen
from yingjie.doses.forms import AmendForm
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.people import queries as people
from yingjie.vaccines import queries as vaccines
from yingjie.vaccines.forms import FromForm
from yingjie.vaccines.wording import in_language
from yingjie.web.form_page import form_page


@page("doses.view")
def why(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The answer with every rule that was looked at on the way to it."""
    person = people.person(request.actor, person_id)
    asked, others = request.GET.get("group", ""), beside.group_titles(clock.today())
    group = asked if asked in others else vaccines.CAMPAIGN_GROUP
    standing = queries.standing(request.actor, person_id, group=group)
    context = {
        "person": person,
        "group": others.get(group),
        "standing": standing,
        "status": screen.shell_word(standing.status),
        "rows": queries.history(request.actor, person_id),
        "trail": queries.trail(request.actor, person_id, group),
        "rules": queries.rules_behind(request.actor, person_id, group),
        "products": [vaccines.product(code) for code in standing.products],
    }
    return render(request, "doses/why.html", context)


@page("people.change")
def amend(request: ActorRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """By whoever keeps the ledger of the person's area."""
    row = queries.dose_to_amend(request.actor, person_id, dose_id)
    initial = {
        "product_code": row.product.code, "given_on": row.given_on, "lot_number": row.lot_number, "given_in": row.given_in,
    }  # fmt: skip
    form = AmendForm(request.POST or None, initial=initial, is_elsewhere=row.source == "elsewhere")

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.amend(by=request.actor, person_id=person_id, dose_id=dose_id, **given)
        messages.success(request, _("Amended; the old record stays with your reason."))
        return redirect("person", person_id)

    context = {"row": row, "product": in_language(row.product.short_title), "person_id": person_id}
    return form_page(request, form, "doses/amend.html", context, act)


@page("vaccines.change")
@require_POST
def measure_policy(request: ActorRequest, version_id: UUID) -> HttpResponse:
    form = FromForm(request.POST)
    on = form.cleaned_data["from_on"] if form.is_valid() else clock.today()
    view = vaccines.version(request.actor, version_id)
    job = actions.start_measuring(
        by=request.actor, version_id=version_id, title=in_language(view.row.title), from_on=on
    )
    return redirect("job", job_id=job.pk)
