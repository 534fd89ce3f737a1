"""What oversight hangs on the shell: its navigation, today's progress, the bulletin that waits to be issued."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.oversight import queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine, ProgressBar

registry.navigation(
    section="reports", title=gettext_lazy("Daily bulletin"), url_name="oversight_home", permission="oversight.view",
    icon="report-analytics", order=10,
)  # fmt: skip
registry.navigation(
    section="reports", title=gettext_lazy("Issued bulletins"), url_name="oversight_archive", permission="oversight.view",
    icon="archive", order=20,
)  # fmt: skip


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
