"""Pages of scripts of one's own: bring one, look at it, take it into use; shipped ones as a pattern."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vaxkit.exercise import Script, script_names, script_text
from vaxkit.exercise.script import Effect
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.plans import day_words, exercise_queries, script_actions
from yingjie.plans.campaign_editing import AMOUNTS
from yingjie.plans.exercise_forms import ScriptForm
from yingjie.plans.proposal_views import areas_of
from yingjie.web.form_page import form_page

#: What an effect does, with its number as people say it.
EFFECTS = {
    "vaccine_late": gettext_lazy("deliveries of {days} come {amount} days later"),
    "site_closed": gettext_lazy("the largest site is closed for {days}"),
    "staff_sick": gettext_lazy("{amount} % fewer doses can be given for {days}"),
    "rush": gettext_lazy("{amount} % of the usual people come for {days}"),
    "rain": gettext_lazy("{amount} % of the usual people come for {days}"),
    "aefi_cluster": gettext_lazy("vaccination stands still for {days}, {amount} % wait and see"),
}
STATES = {
    "looked_at": (pgettext_lazy("script", "To be looked at"), "orange", "eye"),
    "in_use": (pgettext_lazy("script", "In use"), "green", "circle-check"),
    "withdrawn": (pgettext_lazy("script", "Withdrawn"), "slate", "x"),
}


@page("plans.change")
@require_http_methods(["GET", "POST"])
def bring_script(request: ActorRequest) -> HttpResponse:
    """As a file, or written on the page; `from` in the address is what it begins with: a shipped script or one's own."""
    form = ScriptForm(
        request.POST or None, request.FILES or None, areas=areas_of(request.actor, "plans.change"),
        initial=_begun(request.actor, request.GET.get("from", "")),
    )  # fmt: skip

    def act(said: dict[str, Any]) -> HttpResponse:
        data = (
            said["file"].read(script_actions.MOST_BYTES + 1)
            if said["file"]
            else said["text"].encode(errors="surrogatepass")
        )
        made = script_actions.bring(by=request.actor, area_code=said["area_code"], data=data)
        return redirect("plans_script", made.pk)

    scripts = [
        (name, script.title.in_(language_now())) for name, script in exercise_queries.ready_scripts().items()
    ]
    return form_page(request, form, "plans/script_bring.html", {"scripts": scripts}, act)


def _begun(actor: Actor, name: str) -> dict[str, str]:
    """What the form begins with. Raises NotFound."""
    if not name:
        return {}
    if name in script_names():
        return {"text": script_text(name)}
    try:
        row = exercise_queries.own_script(actor, UUID(name))
    except ValueError:
        raise NotFound() from None
    return {"text": row.text, "area_code": row.area_code}


def titled(script: Script, version: int) -> str:
    """Its title; from the second version on with its number."""
    title = script.title.in_(language_now())
    return title if version == 1 else _("{title} (version {n})").format(title=title, n=version)


@page("plans.change")
def script(request: ActorRequest, script_id: UUID) -> HttpResponse:
    """A preview: roles, what comes when to whom, the choices with their points and what follows."""
    row = exercise_queries.own_script(request.actor, script_id)
    lang = language_now()
    roles = {role.id: role.title.in_(lang) for role in row.script.roles}
    lines = [
        {
            "at": day_words.clock_of(row.script.clock, inject.at), "title": inject.title.in_(lang), "text": inject.text.in_(lang),
            "to": [roles[name] for name in inject.to], "by": roles[inject.by], "within": inject.within,
            "why": inject.why.in_(lang), "otherwise": _effects(inject.otherwise),
            "options": [(option.title.in_(lang), option.points, _effects(option.effects)) for option in inject.options],
        }
        for inject in row.script.injects
    ]  # fmt: skip
    context = {
        "row": row, "title": titled(row.script, row.version), "summary": row.script.summary.in_(lang), "state": STATES[row.state],
        "lines": lines, "roles": list(roles.values()), "begins": day_words.clock_of(row.script.clock, 0),
        "ends": day_words.clock_of(row.script.clock, row.script.minutes), "most": sum(each.points for each in row.script.injects),
    }  # fmt: skip
    return render(request, "plans/script.html", context)


@page("plans.change")
@require_POST
def script_step(request: ActorRequest, script_id: UUID) -> HttpResponse:
    named = request.POST.get("step", "")
    try:
        row = script_actions.step(by=request.actor, script_id=script_id, named=named)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
        return redirect("plans_script", script_id)
    if row.state == "in_use":
        messages.success(request, _("The script can be chosen for exercises now."))
    return redirect("plans_exercises")


@page("plans.change")
def script_pattern(request: ActorRequest, name: str) -> HttpResponse:
    """A shipped script as a file, to write one's own by."""
    if name not in script_names():
        raise NotFound()
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return HttpResponse(script_text(name), content_type="application/yaml; charset=utf-8", headers=headers)


def _effects(effects: Any) -> list[str]:
    return [_effect(each) for each in effects]


def _effect(each: Effect) -> str:
    days = ngettext("{n} day", "{n} days", each.lasts).format(n=each.lasts)
    words = str(EFFECTS[each.kind]).format(amount=f"{each.amount * AMOUNTS[each.kind][1]:g}", days=days)
    if not each.after:
        return words
    return ngettext("after {n} day: {words}", "after {n} days: {words}", each.after).format(
        n=each.after, words=words
    )
