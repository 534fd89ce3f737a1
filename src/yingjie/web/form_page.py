"""A page with one form: ask, act, go where the act leads; a refusal stands above what was entered, which is kept."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingjie.foundation.refusals import Refusal


def form_page(
    request: HttpRequest,
    form: Form,
    template: str,
    context: Mapping[str, Any],
    act: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    """`act` takes the cleaned data and returns where to go next; what it refuses is shown with the refusal's own status."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Refusal as refused:
            refusal = refused
    status = refusal.status if refusal else 400 if form.errors else 200
    return render(request, template, {**context, "form": form, "refusal": refusal}, status=status)
