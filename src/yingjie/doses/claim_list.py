"""The queue of reported doses on the screen: its columns, filters and source."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.doses import claim_queries
from yingjie.doses.claim_queries import ClaimRow
from yingjie.doses.forms import product_choices
from yingjie.doses.wording import CLAIM_STATES
from yingjie.foundation.access.actor import Actor
from yingjie.people.choices import filterable
from yingjie.vaccines.wording import in_language
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec

CLAIMS = ListSpec(
    name="claims",
    title=_("Doses given elsewhere"),
    columns=(
        Column("name", _("Name"), "link", url=lambda row: reverse("dose_claim", args=[row.id])),
        Column("state", pgettext_lazy("claim", "State"), "status", value=lambda row: f"claim-{row.state}"),
        Column("place", _("Lives in")),
        Column("number", _("Dose"), "number"),
        Column("product", _("Vaccine"), value=lambda row: in_language(row.product.short_title)),
        Column("given_on", _("Given on"), "day"),
        Column("given_in", _("Given where")),
        Column("proofs", _("Proofs"), "number"),
        Column("twin", _("Same file"), value=lambda row: _("with somebody else too") if row.has_twin else "–"),
        Column("claimed_at", _("Reported"), "moment"),
        Column("claimed_by", pgettext_lazy("claim", "By")),
        Column("decided_by", _("Decided by"), value=lambda row: row.decided_by or "–"),
    ),
    filters=(
        Filter("state", pgettext_lazy("claim", "State"), choices=[(word, said[0]) for word, said in CLAIM_STATES.items()]),
        Filter("area", _("Area"), choices=filterable),
        Filter("product", _("Vaccine"), choices=lambda actor: product_choices()),
        Filter("twin", _("Same file"), choices=[("yes", _("with somebody else too"))]),
    ),
    sorts=("claimed_at", "given_on"),
    export_permission="people.export",
    empty=Empty(
        _("No dose was reported yet"),
        _("Whoever was vaccinated elsewhere is reported from their page in the ledger, or at the registration desk."),
    ),
    unit=_("reports"),
)  # fmt: skip


class ClaimSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return self._rows(filters).count()

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ClaimRow]:
        return claim_queries.shown(list(self._sorted(filters, sort)[offset : offset + limit]))

    def all(self, filters: Filters, sort: str) -> Iterable[ClaimRow]:
        return claim_queries.shown(list(self._sorted(filters, sort)))

    def _sorted(self, filters: Filters, sort: str) -> QuerySet[Any]:
        key = {"claimed_at": "claimed_at", "given_on": "given_on"}[sort.lstrip("-")]
        down = "-" if sort.startswith("-") else ""
        return self._rows(filters).order_by(f"{down}{key}", f"{down}pk")

    def _rows(self, filters: Filters) -> QuerySet[Any]:
        return claim_queries.claim_rows(
            self._actor,
            state=filters.get("state", ""),
            area_code=filters.get("area", ""),
            product_code=filters.get("product", ""),
            twins=filters.get("twin") == "yes",
        )
