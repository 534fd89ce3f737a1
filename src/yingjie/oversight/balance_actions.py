"""Writing down what a village counted by hand."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.coverage.balance import REGISTERED
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.oversight.balance import ALWAYS
from yingjie.oversight.models import ReportedFigures
from yingjie.oversight.refusals import DayToCome


class NothingReported(Refusal):
    code = "oversight.nothing_reported"
    reason = _("No figure was entered.")
    next_step = _("Enter at least one figure that was counted; leave out those that were not.")
    status = 400


@transaction.atomic
def report_figures(
    *, by: Actor, area_code: str, on: date, figures: Mapping[str, int | None]
) -> ReportedFigures:
    """Keep what an area counted by hand for a day, in the place of what it counted before. Raises NotFound, NotAllowed, DayToCome,
    NothingReported."""
    by.require("people.change", area_code)
    area = areas.open_area(by, area_code, "people.change")
    if area is None or area.level in ("grid", "micro_grid"):
        raise NotFound()
    if on > clock.today():
        raise DayToCome(on=on)
    known = {code: people for code, people in figures.items() if people is not None and _is_term(code)}
    if not known:
        raise NothingReported()
    kept, _made = ReportedFigures.objects.unscoped("of an area that was checked before").update_or_create(
        area_id=area_code,
        on=on,
        defaults={"figures": known, "by": by.signature, "at": clock.now()},
    )
    record(
        by=by, verb="oversight.report_figures", subject=kept, area_code=area_code,
        facts={"on": on.isoformat(), "figures": known},
    )  # fmt: skip
    return kept


def _is_term(code: str) -> bool:
    return code == REGISTERED or code in ALWAYS or (code.startswith("done_") and code[5:].isdigit())
