"""Feeding the day's lists back to the villages, and keeping a user's own views of the list."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach import campaign, feedback
from yingjie.outreach.models import SavedView, UnvaccinatedIssue
from yingjie.outreach.words import SAVED_LISTS

Progress = Callable[..., None]

LONGEST_QUERY = 500


class ListMade(Refusal):
    code = "outreach.list_made"
    reason = _(
        "The lists of {on} have been made for every village here; a list that was fed back does not change."
    )
    next_step = _("What was recorded since then is on tomorrow's list.")


class ViewTitleMissing(Refusal):
    code = "outreach.view_title_missing"
    reason = _("A view needs a name of 1 to 40 characters.")
    next_step = _("Write what the list shows, for example “80+, second dose”.")
    status = 400


@transaction.atomic
def issue_unvaccinated(*, by: Actor, area_code: str, progress: Progress | None = None) -> int:
    """Freeze today's list of every village at or below an area that has none of today. Returns for how many villages.

    Raises NotAllowed, ListMade.
    """
    by.require("outreach.issue", area_code)
    today, now = clock.today(), clock.now()
    compiled = feedback.compiled(by, area_code)
    made = set(
        UnvaccinatedIssue.objects.unscoped("whether a list is there, whoever asks")
        .filter(on=today, area_id__in=[village for village, _rows in compiled])
        .values_list("area_id", flat=True)
    )
    fresh = [(village, rows) for village, rows in compiled if village not in made]
    if not fresh:
        raise ListMade(on=today.isoformat())
    for done, (village, rows) in enumerate(fresh, 1):
        UnvaccinatedIssue.objects.create(
            area_id=village, on=today, goal=campaign.last_of_course(), people=len(rows), rows=rows, sha256=feedback.hash_of(rows),
            issued_at=now, issued_by=by.signature,
        )  # fmt: skip
        if progress:
            progress(done, len(fresh))
    facts = {
        "on": today.isoformat(),
        "villages": len(fresh),
        "people": sum(len(rows) for _village, rows in fresh),
    }
    record(
        by=by,
        verb="outreach.issue_unvaccinated",
        subject=("area", area_code),
        area_code=area_code,
        facts=facts,
    )
    return len(fresh)


@transaction.atomic
def take_list(*, by: Actor, area_code: str, on: str, rows: int) -> None:
    """Write down that somebody took a village's list as a file."""
    by.require("outreach.record", area_code)
    facts = {"on": on, "rows": rows}
    record(by=by, verb="outreach.take_list", subject=("area", area_code), area_code=area_code, facts=facts)


@transaction.atomic
def save_view(*, by: Actor, of_list: str, title: str, query: str) -> SavedView:
    """Keep a set of filters under a name of the user's own; the same name again replaces it. Raises ViewTitleMissing, NotFound."""
    title = " ".join("".join(sign for sign in title if sign.isprintable()).split())
    if not 1 <= len(title) <= 40:
        raise ViewTitleMissing()
    if of_list not in SAVED_LISTS:
        raise NotFound()
    view, _made = SavedView.objects.update_or_create(
        owner=by.name, of_list=of_list, title=title, defaults={"query": plain_query(query)}
    )
    return view


def plain_query(raw: str) -> str:
    """The words of an address as an address writes them, whatever was sent."""
    kept = urlencode([(key, value) for key, value in parse_qsl(raw) if (key + value).isprintable()])
    return kept if len(kept) <= LONGEST_QUERY else ""


@transaction.atomic
def forget_view(*, by: Actor, view_id: UUID) -> None:
    """Raises NotFound for another user's."""
    deleted, _rows = SavedView.objects.filter(pk=view_id, owner=by.name).delete()
    if not deleted:
        raise NotFound()
