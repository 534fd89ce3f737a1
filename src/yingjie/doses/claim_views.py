"""Pages of doses given elsewhere: the queue, a report with its proofs, reporting from the ledger and at a station, deciding."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.doses import actions, claim_queries
from yingjie.doses.claim_list import CLAIMS, ClaimSource
from yingjie.doses.claims import HandedIn, Told
from yingjie.doses.forms import AcceptForm, ClaimForm, ProofForm, ReasonForm, StationClaimForm
from yingjie.doses.wording import CLAIM_STATES, VERIFIED_BY
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.people import queries as people
from yingjie.web.form_page import form_page
from yingjie.web.lists import build

ENDINGS = {"image/jpeg": "jpg", "application/pdf": "pdf"}


@page("doses.view")
def claims(request: ActorRequest) -> HttpResponse:
    return build(request, CLAIMS, ClaimSource(request.actor)).respond(request, "doses/claims.html")


@page("doses.claim")
def new_claim(request: ActorRequest, person_id: UUID) -> HttpResponse:
    person = people.person(request.actor, person_id)
    request.actor.require("doses.claim", person.area_code)

    def act(given: dict[str, Any]) -> HttpResponse:
        made = actions.claim(by=request.actor, person_id=person_id, **_told(given))
        messages.success(request, _("The dose is reported; it counts once it was verified."))
        return redirect("dose_claim", made.pk)

    form = ClaimForm(request.POST or None, request.FILES or None)
    return form_page(request, form, "doses/claim_form.html", {"person": person}, act)


@page("doses.claim")
@never_cache
def station_claim(request: ActorRequest) -> HttpResponse:
    """At the desk: whoever stands there is found by their card, and that is all the desk learns of them."""

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.claim_at_station(by=request.actor, number=given.pop("number_of_card"), **_told(given))
        messages.success(
            request, _("The dose is reported; it counts once the person's township has verified it.")
        )
        return redirect("dose_claim_station")

    form = StationClaimForm(request.POST or None, request.FILES or None)
    return form_page(request, form, "doses/claim_form.html", {"person": None}, act)


@page("doses.view")
def claim(request: ActorRequest, claim_id: UUID) -> HttpResponse:
    return _page(request, claim_id)


@page("doses.decide")
@require_POST
def accept(request: ActorRequest, claim_id: UUID) -> HttpResponse:
    form = AcceptForm(request.POST)
    ways = form.cleaned_data["verified_by"] if form.is_valid() else ""
    said = _("The dose is on record and counts from its day.")
    return _decided(
        request, claim_id, said, lambda: actions.accept(by=request.actor, claim_id=claim_id, verified_by=ways)
    )


@page("doses.decide")
@require_POST
def refuse(request: ActorRequest, claim_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")[:200]
    said = _("Refused; whoever reported it sees the reason.")
    return _decided(
        request, claim_id, said, lambda: actions.refuse(by=request.actor, claim_id=claim_id, reason=reason)
    )


@page("doses.decide")
@require_POST
def reopen(request: ActorRequest, claim_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")[:200]
    said = _("The report is open again.")
    return _decided(
        request, claim_id, said, lambda: actions.reopen(by=request.actor, claim_id=claim_id, reason=reason)
    )


@page("doses.claim")
@require_POST
def add_proof(request: ActorRequest, claim_id: UUID) -> HttpResponse:
    form = ProofForm(request.POST, request.FILES)
    handed_in = _handed_in(form.cleaned_data["proofs"]) if form.is_valid() else [HandedIn("", b"")]

    def act() -> None:
        for each in handed_in:
            actions.add_proof(by=request.actor, claim_id=claim_id, handed_in=each)

    return _decided(request, claim_id, _("The proof is added."), act)


@page("doses.view")
@never_cache
def proof(request: ActorRequest, proof_id: UUID) -> HttpResponse:
    """The file itself, shown in the browser as what it is and as nothing else."""
    row, content = claim_queries.proof_content(request.actor, proof_id)
    response = HttpResponse(content, content_type=row.kind)
    response["Content-Disposition"] = f'inline; filename="proof-{row.id.hex[-8:]}.{ENDINGS[row.kind]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _decided(request: ActorRequest, claim_id: UUID, said: str, act: Callable[[], object]) -> HttpResponse:
    """Act and go back to the report; what is refused stands above it."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, claim_id, refusal)
    messages.success(request, said)
    return redirect("dose_claim", claim_id)


def _page(request: ActorRequest, claim_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = claim_queries.claim(request.actor, claim_id)
    context = {
        "claim": found,
        "row": found.row,
        "state": CLAIM_STATES[found.row.state],
        "verified_by": VERIFIED_BY.get(found.row.verified_by, ""),
        "refusal": refusal,
        "accept_form": AcceptForm(initial={"verified_by": "proof" if found.proofs else ""}),
        "reason_form": ReasonForm(),
        "proof_form": ProofForm(),
        **{f"may_{step}": found.may(step) for step in ("accept", "refuse", "reopen", "add_proof")},
    }
    return render(request, "doses/claim.html", context, status=refusal.status if refusal else 200)


def _told(given: dict[str, Any]) -> dict[str, Any]:
    handed_in = _handed_in(given.pop("proofs"))
    return {"told": Told(**given), "handed_in": handed_in}


def _handed_in(uploads: list[Any]) -> list[HandedIn]:
    return [HandedIn(each.name, each.read()) for each in uploads]
