"""The messages of a reminder as a spreadsheet, with whole phones: for whoever hands them out or sends them otherwise."""

import io
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.reminders import queries
from yingjie.web.templatetags.web import moment


@transaction.atomic
def hand_out_sheet(*, by: Actor, reminder_id: UUID) -> bytes:
    """What is to be handed out, by area. Whole phones are in it, so it is journalled. Raises NotFound, NotAllowed."""
    made = queries.reminder(by, reminder_id)
    by.require("people.reveal", made.area_code)
    found = queries.every_message(by, reminder_id, "sent", with_phones=True)
    rows = sorted((row.place, row.names, row.phone, row.words) for row in found)
    heading = f"{made.title} · {made.area_name} · {made.on:%Y-%m-%d}"
    note = _("Taken {at} by {who}. {rows} messages.").format(
        at=moment(clock.now()), who=by.title or by.name, rows=len(rows)
    )
    columns = (
        ColumnSpec(pgettext("visit", "Area")), ColumnSpec(pgettext("message", "To")), ColumnSpec(pgettext("person", "Phone")),
        ColumnSpec(pgettext("message", "Words")),
    )  # fmt: skip
    sheet = SheetSpec(_("Messages"), columns, rows, (heading,), (note,), page_footer=note)
    file = io.BytesIO()
    write_xlsx(file, [sheet], created_at=clock.now())
    record(
        by=by, verb="reminders.take_sheet", subject=("reminder", reminder_id), area_code=made.area_code,
        facts={"messages": len(rows)},
    )  # fmt: skip
    return file.getvalue()
