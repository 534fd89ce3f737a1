"""Pages of staff, certificates and trainings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.staff import actions, forms, queries, rules, training_actions
from yingjie.staff.staff_list import STAFF, StaffSource
from yingjie.staff.words import CERTIFICATE_STATES, KINDS, RESULTS
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("staff.view")
def staff(request: ActorRequest) -> HttpResponse:
    context = {"may_change": request.actor.may("staff.change")}
    return build(request, STAFF, StaffSource(request.actor)).respond(request, "staff/staff.html", context)


@page("staff.view")
def member(request: ActorRequest, member_id: UUID) -> HttpResponse:
    found, today = queries.member(request.actor, member_id), clock.today()
    rows = [
        (row, rules.certificates()[row.kind].title, CERTIFICATE_STATES[row.state(today)])
        for row in queries.certificates_of(request.actor, member_id)
    ]
    standing = queries.standings({member_id})[member_id]
    acts = [
        (role, queries.member_may_fill(standing, role.code, today))
        for role in (rules.roles()[code] for code in found.roles)
    ]
    context = {
        "member": found, "kind": KINDS[found.kind], "qualification": rules.qualifications()[found.qualification].title,
        "certificates": rows, "acts": acts, "may_change": request.actor.may("staff.change", found.area_code),
        "may_certify": request.actor.may("staff.certify", found.area_code), "is_here": found.is_here(today),
    }  # fmt: skip
    return render(request, "staff/member.html", context)


@page("staff.change")
def new_member(request: ActorRequest) -> HttpResponse:
    form = forms.NewMemberForm(request.POST or None, initial={"area_code": request.actor.home_code()})

    def act(given: dict[str, Any]) -> HttpResponse:
        return redirect("staff_member", actions.enrol(by=request.actor, **given).pk)

    context = {"title": _("Enter somebody"), "back": reverse("staff")}
    return form_page(request, form, "staff/form.html", context, act)


@page("staff.change")
def change_member(request: ActorRequest, member_id: UUID) -> HttpResponse:
    found = queries.member(request.actor, member_id, "staff.change")
    said = {
        key: getattr(found, key) for key in ("name", "kind", "qualification", "phone", "account", "left_on")
    }
    form = forms.ChangeMemberForm(request.POST or None, initial={**said, "roles": found.roles})

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.change(by=request.actor, member_id=member_id, **given)
        messages.success(request, _("Saved."))
        return redirect("staff_member", member_id)

    context = {"title": found.name, "back": reverse("staff_member", args=[member_id])}
    return form_page(request, form, "staff/form.html", context, act)


@page("staff.certify")
def certify(request: ActorRequest, member_id: UUID) -> HttpResponse:
    found = queries.member(request.actor, member_id, "staff.certify")
    form = forms.CertificateForm(request.POST or None, initial={"valid_from": clock.today()})

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.certify(by=request.actor, member_id=member_id, **given)
        messages.success(request, _("Saved."))
        return redirect("staff_member", member_id)

    title = _("A certificate of {name}").format(name=found.name)
    return form_page(
        request,
        form,
        "staff/form.html",
        {"title": title, "back": reverse("staff_member", args=[member_id])},
        act,
    )


@page("staff.certify")
def revoke(request: ActorRequest, certificate_id: UUID) -> HttpResponse:
    row = queries.certificate(request.actor, certificate_id, "staff.certify")
    form = forms.RevokeForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.revoke(by=request.actor, certificate_id=certificate_id, **given)
        messages.success(request, _("Revoked. It counts for nothing from now on."))
        return redirect("staff_member", row.member_id)

    kind = rules.certificates()[row.kind].title
    context = {
        "title": _("Revoke"), "lead": f"{row.member_name} · {kind} · {row.number}", "tone": "danger",
        "back": reverse("staff_member", args=[row.member_id]), "button": _("Revoke"),
    }  # fmt: skip
    return form_page(request, form, "staff/form.html", context, act)


@page("staff.view")
def trainings(request: ActorRequest) -> HttpResponse:
    rows = [
        (row, rules.certificates()[row.certificate].title if row.certificate else "–")
        for row in queries.trainings(request.actor)
    ]
    return render(
        request, "staff/trainings.html", {"rows": rows, "may_change": request.actor.may("staff.change")}
    )


@page("staff.change")
def new_training(request: ActorRequest) -> HttpResponse:
    initial = {"area_code": request.actor.home_code(), "held_on": clock.today()}
    form = forms.TrainingForm(request.POST or None, initial=initial)

    def act(given: dict[str, Any]) -> HttpResponse:
        return redirect("training", training_actions.open_training(by=request.actor, **given).pk)

    return form_page(
        request, form, "staff/form.html", {"title": _("Open a training"), "back": reverse("trainings")}, act
    )


@page("staff.view")
def training(request: ActorRequest, training_id: UUID) -> HttpResponse:
    found = queries.training(request.actor, training_id)
    rows = [(row, RESULTS[row.result]) for row in queries.attendances(request.actor, training_id)]
    there, may_certify = (
        {row.member_id for row, _word in rows},
        request.actor.may("staff.certify", found.area_code),
    )
    may_change = request.actor.may("staff.change", found.area_code) and not found.closed_at
    others = queries.members(request.actor, area_code=found.area_code, limit=300) if may_change else []
    context = {
        "training": found, "rows": rows, "may_change": may_change, "may_certify": may_certify and not found.closed_at,
        "others": [each for each in others if each.id not in there],
        "certificate": rules.certificates()[found.certificate].title if found.certificate else "–",
    }  # fmt: skip
    return render(request, "staff/training.html", context)


@page("staff.change")
def invite(request: ActorRequest, training_id: UUID) -> HttpResponse:
    queries.training(request.actor, training_id, "staff.change")
    if request.method == "POST":
        ids = [UUID(each) for each in request.POST.getlist("members") if _is_uuid(each)]
        training_actions.invite(by=request.actor, training_id=training_id, member_ids=ids)
    return redirect("training", training_id)


@page("staff.certify")
def assess(request: ActorRequest, training_id: UUID) -> HttpResponse:
    queries.training(request.actor, training_id, "staff.certify")
    if request.method == "POST":
        came = set(request.POST.getlist("attended"))
        given = {}
        for row in queries.attendances(request.actor, training_id):
            points = request.POST.get(f"score_{row.id}", "").strip()
            score = int(points) if points.isascii() and points.isdigit() else None
            given[row.id] = (str(row.id) in came, score)
        training_actions.assess(by=request.actor, training_id=training_id, given=given)
        messages.success(request, _("Saved."))
    return redirect("training", training_id)


@page("staff.certify")
def close_training(request: ActorRequest, training_id: UUID) -> HttpResponse:
    queries.training(request.actor, training_id, "staff.certify")
    if request.method == "POST":
        issued = training_actions.close_training(by=request.actor, training_id=training_id)
        messages.success(request, _("Closed; {count} certificates were issued.").format(count=issued))
    return redirect("training", training_id)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
