"""The wizard: one question a screen, a draft kept at every step, left at any moment and found again.

    class Area(Form): ...
    class Site(Form): ...

    NEW_SITE = Wizard(
        kind="sites.open", title=_("Open a site"), url_name="site_new",
        steps=(Step("area", _("Area"), Area), Step("site", _("Site"), Site)),
        finish=lambda actor, entered: reverse("site", args=[actions.open_site(by=actor, **entered["area"], **entered["site"]).id]),
    )

    @page("sites.change")
    def new_site(request: ActorRequest, draft_id: UUID | None = None, step: str = "") -> HttpResponse:
        return NEW_SITE.respond(request, draft_id, step)

    route("new/", views.new_site, name="site_new")
    route("new/<uuid:draft_id>/<slug:step>/", views.new_site, name="site_new")

`finish(actor, entered)` takes the one action that everything leads to and returns the address to go to; `entered` holds the cleaned
values of each step by its key. A refusal raised there is shown above the last step and the draft stays. A form that needs the actor
takes it as `actor=` and says `wants_actor = True`; the values of earlier steps come as `entered=` with `wants_entered = True`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.web import actions, queries
from yingjie.web.registry import Words

Entered = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Step:
    key: str
    title: Words
    form: type[Form]
    lead: Words = ""
    template: str = "web/wizard.html"


@dataclass(frozen=True)
class Wizard:
    kind: str
    title: Words
    url_name: str
    steps: tuple[Step, ...]
    finish: Callable[[Actor, Entered], str]
    button: Words = ""

    def respond(self, request: ActorRequest, draft_id: UUID | None, step: str) -> HttpResponse:
        """The step's page, or where its answer leads. Without a draft: the first step, or a choice among the drafts left behind."""
        if draft_id is None:
            return self._begin(request)
        draft = queries.draft(request.actor, draft_id)
        here = next((each for each in self.steps if each.key == step), None)
        if here is None or draft.kind != self.kind:
            raise NotFound()
        raw: dict[str, Any] = draft.payload
        if request.method != "POST":
            form = self._form(here, request.actor, raw, raw.get(here.key))
            return self._page(
                request, draft_id, here, form if here.key in raw else self._form(here, request.actor, raw)
            )
        if request.POST.get("wizard") == "discard":
            actions.discard_draft(by=request.actor, draft_id=draft_id)
            messages.success(request, _("The draft was thrown away."))
            return redirect("today")
        return self._answered(request, draft_id, here, raw)

    def _begin(self, request: ActorRequest) -> HttpResponse:
        if request.method == "POST":
            made = actions.save_draft(
                by=request.actor, kind=self.kind, payload={}, step=self.steps[0].key, title=str(self.title)
            )
            return redirect(self._url(made, self.steps[0]))
        left = queries.drafts(request.actor, self.kind)
        return render(request, "web/wizard_start.html", {
            "wizard": self, "drafts": [(each, reverse(self.url_name, args=[each.id, each.step])) for each in left],
        })  # fmt: skip

    def _answered(
        self, request: ActorRequest, draft_id: UUID, here: Step, raw: dict[str, Any]
    ) -> HttpResponse:
        """Keep what was entered, right or wrong; then go on, stay, or finish."""
        given = {
            key: request.POST.getlist(key)
            for key in request.POST
            if key not in ("csrfmiddlewaretoken", "wizard")
        }
        raw = {**raw, here.key: given}
        form = self._form(here, request.actor, raw, given)
        is_valid = form.is_valid()
        onward = self._after(here) if is_valid else here
        actions.save_draft(
            by=request.actor,
            kind=self.kind,
            payload=raw,
            step=(onward or here).key,
            title=str(self.title),
            draft_id=draft_id,
        )
        if request.POST.get("wizard") == "leave":
            messages.success(request, _("The draft is kept. You find it again where you began it."))
            return redirect("today")
        if not is_valid:
            return self._page(request, draft_id, here, form)
        if onward is not None:
            return redirect(self._url(draft_id, onward))
        return self._finished(request, draft_id, here, raw, form)

    def _finished(
        self, request: ActorRequest, draft_id: UUID, here: Step, raw: dict[str, Any], form: Form
    ) -> HttpResponse:
        entered: Entered = {}
        for each in self.steps:
            checked = self._form(each, request.actor, raw, raw.get(each.key, {}))
            if not checked.is_valid():
                return redirect(self._url(draft_id, each))
            entered[each.key] = checked.cleaned_data
        try:
            address = self.finish(request.actor, entered)
        except Refusal as refusal:
            return self._page(request, draft_id, here, form, refusal)
        actions.discard_draft(by=request.actor, draft_id=draft_id)
        return redirect(address)

    def _form(
        self, step: Step, actor: Actor, raw: dict[str, Any], given: dict[str, list[str]] | None = None
    ) -> Form:
        more: dict[str, Any] = {}
        if getattr(step.form, "wants_actor", False):
            more["actor"] = actor
        if getattr(step.form, "wants_entered", False):
            more["entered"] = raw
        if given is None:
            return step.form(**more)
        data = QueryDict(mutable=True)
        for key, values in given.items():
            data.setlist(key, values)
        return step.form(data, **more)

    def _page(
        self, request: ActorRequest, draft_id: UUID, here: Step, form: Form, refusal: Refusal | None = None
    ) -> HttpResponse:
        at = self.steps.index(here)
        context = {
            "wizard": self, "here": here, "form": form, "refusal": refusal, "is_last": here is self.steps[-1],
            "steps": [(each, self._url(draft_id, each), index < at, index == at) for index, each in enumerate(self.steps)],
            "back": self._url(draft_id, self.steps[at - 1]) if at else "",
        }  # fmt: skip
        return render(request, here.template, context, status=refusal.status if refusal else 200)

    def _after(self, here: Step) -> Step | None:
        at = self.steps.index(here) + 1
        return self.steps[at] if at < len(self.steps) else None

    def _url(self, draft_id: UUID, step: Step) -> str:
        return reverse(self.url_name, args=[draft_id, step.key])
