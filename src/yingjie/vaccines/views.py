"""Pages of vaccines: the policies, one version with its rules and what it changes, bringing one in, switching; the products."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.vaccines import actions, queries, screen
from yingjie.vaccines.forms import FromForm, PolicyForm, WithdrawForm
from yingjie.vaccines.refusals import PolicyFaulty


@page("vaccines.view")
def policies(request: ActorRequest) -> HttpResponse:
    rows = [(row, *screen.STATES[row.state]) for row in queries.versions(request.actor)]
    context = {
        "rows": rows,
        "left_out": queries.left_out(request.actor),
        "may_change": request.actor.may("vaccines.change"),
    }
    return render(request, "vaccines/policies.html", context)


@page("vaccines.view")
def policy(request: ActorRequest, version_id: UUID) -> HttpResponse:
    return _page(request, version_id)


@page("vaccines.change")
def new_policy(request: ActorRequest) -> HttpResponse:
    """What is wrong in the file stands line by line above it; what was pasted stays."""
    form = PolicyForm(request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name = given["file"].name if given["file"] else "policy.yaml"
        try:
            made = actions.add_version(by=request.actor, file_name=name, content=given["content"])
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request, _("The policy is here as a draft. Count what it changes before you switch it on.")
            )
            return redirect("policy", made.pk)
    faults = refusal.faults if isinstance(refusal, PolicyFaulty) else ()
    status = refusal.status if refusal else 400 if form.errors else 200
    context = {"form": form, "refusal": refusal, "faults": faults}
    return render(request, "vaccines/policy_form.html", context, status=status)


@page("vaccines.change")
@require_POST
def activate(request: ActorRequest, version_id: UUID) -> HttpResponse:
    form = FromForm(request.POST)
    if not form.is_valid():
        return _page(request, version_id)
    on = form.cleaned_data["from_on"]
    said = _("Switched on. Everybody's standing follows in the background.")
    return _done(
        request,
        version_id,
        said,
        lambda: actions.activate(by=request.actor, version_id=version_id, from_on=on),
    )


@page("vaccines.change")
@require_POST
def withdraw(request: ActorRequest, version_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")[:200]
    return _done(
        request,
        version_id,
        _("Withdrawn."),
        lambda: actions.withdraw(by=request.actor, version_id=version_id, reason=reason),
    )


@page("vaccines.view")
def products(request: ActorRequest) -> HttpResponse:
    return render(request, "vaccines/products.html", {"products": queries.products()})


def _done(request: ActorRequest, version_id: UUID, said: str, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, version_id, refusal)
    messages.success(request, said)
    return redirect("policy", version_id)


def _page(request: ActorRequest, version_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    view = queries.version(request.actor, version_id)
    context = screen.page(request.actor, view) | {
        "refusal": refusal or view.faulty,
        "from_form": FromForm(initial={"from_on": view.from_on}),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "vaccines/policy.html", context, status=refusal.status if refusal else 200)
