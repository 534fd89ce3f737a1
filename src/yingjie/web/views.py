"""The shell's own pages: today, background work, language, no connection."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_language

from yingjie.foundation import clock
from yingjie.foundation.access.gates import SIGNED_IN, ActorRequest, page, public
from yingjie.foundation.jobs import actions as job_actions
from yingjie.foundation.jobs import queries as job_queries
from yingjie.web import errors, registry
from yingjie.web.context import first_step


@page(SIGNED_IN)
def today(request: ActorRequest) -> HttpResponse:
    context = {
        "today": clock.today(),
        "bars": registry.progress_bars(request.actor),
        "figures": registry.day_figures(request.actor),
        "lines": registry.action_lines(request.actor),
        "first_step": first_step(request.actor),
    }
    return render(request, "web/today.html", context)


@page(SIGNED_IN)
def jobs(request: ActorRequest) -> HttpResponse:
    return render(request, "web/jobs.html", {"jobs": job_queries.own(request.actor)})


@page(SIGNED_IN)
def job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """The whole page, or for the poll only the part that moves."""
    template = "web/job.html" if request.headers.get("HX-Request") else "web/job_page.html"
    return render(request, template, {"job": job_queries.job(request.actor, job_id)})


@page(SIGNED_IN)
@require_POST
def cancel_job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    job_actions.cancel(by=request.actor, job_id=job_id)
    return redirect("job", job_id=job_id)


@public("the language of the pages is chosen before signing in")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    return remember_language(request)


@public("says only that there is no connection; kept by browsers for that moment")
def offline(request: HttpRequest) -> HttpResponse:
    return errors.trouble_response(None, errors.OFFLINE)
