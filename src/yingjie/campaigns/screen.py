"""How campaigns are said on pages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingjie.campaigns.queries import MilestoneView, PhaseView
from yingjie.people.codelists import categories


def group(phase: PhaseView) -> str:
    """Who a phase is for, in a few words."""
    if phase.age_until is None:
        ages = _("{age} and older").format(age=phase.age_from) if phase.age_from else _("All ages")
    else:
        ages = _("{age_from} to {age_until} years").format(age_from=phase.age_from, age_until=phase.age_until)
    known = categories().get(phase.category)
    words = [ages, *([str(known.title)] if known else [])]
    if phase.present_only:
        words.append(_("without those who live away"))
    return " · ".join(words)


def state(milestone: MilestoneView) -> tuple[str, str, str]:
    """(word, tone, icon) of where the targets of a milestone stand."""
    if milestone.issued_at:
        return _("Issued"), "green", "circle-check"
    if milestone.counted_on:
        return _("Shared out, not issued"), "blue", "edit"
    return _("Not shared out"), "grey", "circle-dashed"


def phases_said(number: int) -> str:
    return ngettext("{number} phase", "{number} phases", number).format(number=number)
