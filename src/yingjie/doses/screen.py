"""How doses are shown: the timeline of a person's page, and the statuses in the shell's vocabulary."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaxkit.vocabulary import Status
from yingjie.doses.queries import DoseRow
from yingjie.vaccines.wording import in_language

#: The statuses whose stored word differs from the one under which the shell knows it.
SHELL_WORDS = {
    Status.NOT_YET_DUE: "not-due",
    Status.ELSEWHERE_UNVERIFIED: "elsewhere",
    Status.NOT_MET: "not-met",
}

SOURCE_TITLES = {
    "site": gettext_lazy("given at a site"),
    "elsewhere": gettext_lazy("reported from elsewhere"),
}


def shell_word(status: Status) -> str:
    """The word for `{% status %}`."""
    return SHELL_WORDS.get(status, status.value)


def timeline(rows: list[DoseRow]) -> list[dict[str, Any]]:
    """Items of web/timeline.html, newest first."""
    return [_item(row) for row in reversed(rows)]


def _item(row: DoseRow) -> dict[str, Any]:
    title = _("Dose {number} · {product}").format(
        number=row.number, product=in_language(row.product.short_title)
    )
    tone, icon = {"valid": ("green", "circle-check"), "not_valid": ("orange", "alert-triangle")}.get(
        row.verdict, ("grey", "circle-dashed")
    )
    said = [row.site_name or " · ".join(filter(None, [str(SOURCE_TITLES[row.source]), row.given_in]))]
    if row.lot_number:
        said.append(_("Lot {lot}").format(lot=row.lot_number))
    if row.given_by:
        said.append(_("by {name}").format(name=row.given_by))
    if row.verdict and row.verdict != "valid":
        said.append(in_language(row.reason))
    said += [in_language(flag) for flag in row.flags]
    if row.supersedes is not None:
        said.append(_("amended record"))
    if row.voided_at is not None:
        title, tone, icon = _("{title} (taken back)").format(title=title), "grey", "circle-x"
        said.append(_("Taken back: {why}").format(why=row.void_reason))
    return {
        "id": row.id,
        "at": row.given_at,
        "on": row.given_on,
        "title": title,
        "text": " · ".join(said),
        "tone": tone,
        "icon": icon,
        "is_live": row.voided_at is None,
    }
