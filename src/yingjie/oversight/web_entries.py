"""What oversight hangs on the shell: its navigation, today's progress, the bulletin that waits to be issued."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.oversight import balance, board_entries, card_entries, quality, queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine, ProgressBar

__all__ = ["board_entries", "card_entries"]

registry.navigation(
    section="reports", title=gettext_lazy("Daily bulletin"), url_name="oversight_home", permission="oversight.view",
    icon="report-analytics", order=10,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("Issued bulletins"), url_name="oversight_archive", permission="oversight.view",
    icon="archive", order=20,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("Pace"), url_name="oversight_pace_home", permission="oversight.view",
    icon="target-arrow", order=15,
)  # fmt: skip
registry.navigation(
    section="ledger", title=gettext_lazy("Balance"), url_name="oversight_balance_home", permission="oversight.view",
    icon="checklist", order=60,
)  # fmt: skip
registry.journal_words(
    "oversight.report_figures",
    gettext_lazy("entered the figures counted by hand for {on}"),
    title=gettext_lazy("entered figures counted by hand"),
)


registry.navigation(
    section="reports", title=gettext_lazy("Plan of the day"), url_name="oversight_plan_home", permission="oversight.view",
    icon="calendar-check", order=16,
)  # fmt: skip
registry.journal_words(
    "oversight.freeze_plan", gettext_lazy("froze the plan of {on}"), title=gettext_lazy("froze a day's plan")
)
registry.journal_words(
    "oversight.state_cause",
    gettext_lazy("stated a cause for doses not given: {doses} ({cause})"),
    title=gettext_lazy("stated a cause for doses not given"),
)


registry.navigation(
    section="reports", title=gettext_lazy("Free query"), url_name="oversight_query", permission="people.view", icon="table",
    order=30,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("Data quality"), url_name="oversight_quality_home", permission="oversight.view",
    icon="search", order=31,
)  # fmt: skip
registry.journal_words(
    "oversight.keep_query", gettext_lazy("kept the question {title}"), title=gettext_lazy("kept a question")
)
registry.journal_words(
    "oversight.forget_query",
    gettext_lazy("forgot the question {title}"),
    title=gettext_lazy("forgot a question"),
)


@registry.action_line
def to_look_at(actor: Actor) -> ActionLine | None:
    """Signals of one's own township or village, before the level above finds them."""
    if not actor.may("oversight.view") or actor.is_system:
        return None
    home = queries.home(actor)
    if len(home) < 9:
        return None
    _area, found = quality.seen(actor, home)
    return ActionLine(
        count=len(found), what=ngettext("record wants a look", "records want a look", len(found)),
        url=reverse("oversight_quality", args=[home]), icon="search",
        why=gettext_lazy("Too round, too fast, copied, late or far apart: the page opens the rows."), order=75,
    )  # fmt: skip


@registry.action_line
def not_balanced(actor: Actor) -> ActionLine | None:
    """Villages whose own count of today differs from the ledger."""
    if not actor.may("oversight.view") or not actor.may("people.view") or actor.is_system:
        return None
    differing = balance.differing(actor, clock.today())
    return ActionLine(
        count=differing,
        what=ngettext(
            "village counted otherwise than the ledger",
            "villages counted otherwise than the ledger",
            differing,
        ),
        url=reverse("oversight_balance_home"),
        icon="checklist",
        why=gettext_lazy("The balance says where the figures differ."),
        order=70,
    )


@registry.progress
def coverage(actor: Actor) -> Iterator[ProgressBar]:
    if not actor.may("oversight.view") or actor.is_system:
        return
    found = queries.progress(actor)
    url = reverse("oversight_bulletin", args=[found.area_code, found.on.isoformat()])
    given = ngettext("{doses} dose given today", "{doses} doses given today", found.doses_today)
    note = _("{area}: {given}, as of {time}").format(
        area=found.area_name,
        given=given.format(doses=f"{found.doses_today:,}"),
        time=f"{localtime(found.as_of):%H:%M}",
    )
    yield ProgressBar(
        pgettext("bulletin", "First dose"),
        found.first_dose,
        found.people,
        pgettext("bulletin", "people"),
        url,
        note,
        order=10,
    )
    yield ProgressBar(
        pgettext("bulletin", "Full course"),
        found.full_course,
        found.people,
        pgettext("bulletin", "people"),
        url,
        order=11,
    )


@registry.action_line
def to_issue(actor: Actor) -> Iterator[ActionLine]:
    today = clock.today()
    for area in queries.not_issued(actor, today):
        yield ActionLine(
            count=1,
            what=_("bulletin of today not issued yet: {area}").format(area=area.name),
            url=reverse("oversight_bulletin", args=[area.code, today.isoformat()]),
            button=pgettext("bulletin", "Issue"),
            button_url=reverse("oversight_issue", args=[area.code, today.isoformat()]),
            tone="blue",
            icon="report-analytics",
            order=80,
        )
