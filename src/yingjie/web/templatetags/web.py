"""The components, as template tags (built in: no `{% load %}` needed).

    {% icon "phone" %}                                   an icon of the sprite, hidden from readers: the word stands beside it
    {% status "overdue" %}                               the badge of a registered status: word, icon, tone
    {% badge "3 new" "blue" "bell" %}                    a badge with words, tone and icon of one's own
    {% progress 312 400 "people" %}                      bar with count, total and percent
    {% ratio done total %}                               "78.0%" with numerator/denominator as its title
    {% figure value url "Given today" unit="doses" note="…" %}   a large figure that can be asked "why?"
    {% chart "coverage" options table=table title="…" unit="%" as_of=moment %}   ECharts, its table one click away
    {% field form.name %}  {% fields form %}             label, control, help and error of one field, or of all
    {% public_links as links %}                          the residents' pages, in their order
    {{ value|day }} {{ value|moment }}                   2021-05-19（周三） · 2021-05-19 14:32
    {{ value|clock_time }} {{ value|figure_text }}       14:32 · 12,345

Blocks to include: web/confirm.html (id, title, body, url, button, tone), web/timeline.html (items: at, title, text, tone, icon),
web/facts.html (facts: label, value), web/tabs.html (tabs: title, url, is_here, count), web/empty.html (title, text, url, button),
web/panels.html (panels of a person), web/job.html (job). Text fields of these values may be lazy translations.
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation.refusals import Refusal
from yingjie.web import registry
from yingjie.web.registry import Status, Words

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    address = f"{static('web/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, address
    )


@register.simple_tag
def public_links() -> list[registry.PublicLink]:
    return sorted(registry.current.public, key=lambda link: link.order)


@register.simple_tag
def badge(title: Words, tone: str = "grey", icon_name: str = "") -> SafeString:
    drawing = icon(icon_name) if icon_name else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, drawing, title)


@register.simple_tag
def status(word: str) -> SafeString:
    """An unknown word is shown as it is stored: a page must not break over a label."""
    known = registry.current.statuses.get(str(word)) or Status(str(word), str(word), "grey", "")
    return badge(known.title, known.tone, known.icon)


@register.simple_tag
def status_title(word: str) -> str:
    known = registry.current.statuses.get(str(word))
    return str(known.title) if known else str(word)


@register.filter
def figure_text(value: Any) -> str:
    """12345 -> 12,345; nothing -> a dash."""
    return "–" if value is None or value == "" else f"{value:,}" if isinstance(value, int) else str(value)


def rate_text(done: int, total: int, digits: int = 1) -> str:
    """A rate to one decimal; of nothing there is no rate. Never rounds up to 100 what is not complete."""
    if not total:
        return "–"
    rate = 100 * done / total
    if done < total:
        rate = min(rate, 100 - 10**-digits)
    return f"{rate:.{digits}f}%"


@register.simple_tag
def ratio(done: int, total: int, digits: int = 1) -> SafeString:
    return format_html(
        '<span class="num" title="{} / {}">{}</span>',
        f"{done:,}",
        f"{total:,}",
        rate_text(done, total, digits),
    )


@register.inclusion_tag("web/progress.html")
def progress(
    done: int, total: int, unit: Words = "", title: Words = "", tone: str = "blue"
) -> dict[str, Any]:
    return {
        "done": done,
        "total": total,
        "unit": unit,
        "title": title,
        "tone": tone,
        "rate": rate_text(done, total),
    }


@register.inclusion_tag("web/figure.html")
def figure(
    value: Any, url: str = "", title: Words = "", unit: Words = "", note: Words = "", tone: str = ""
) -> dict[str, Any]:
    return {"value": value, "url": url, "title": title, "unit": unit, "note": note, "tone": tone}


@register.inclusion_tag("web/chart.html")
def chart(
    name: str, options: dict[str, Any], table: Any = None, title: Words = "", unit: Words = "", as_of: Any = None,
    height: str = "medium",
) -> dict[str, Any]:  # fmt: skip
    """`options` as for ECharts, JSON values only; a colour may be named by its tone ("tone:blue"). `table`: {"head", "rows"}."""
    return {
        "name": name, "script_id": f"chart-{name}", "options": options, "table": table, "title": title,
        "unit": unit, "as_of": as_of, "height": height,
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def panel_body(context: template.RequestContext, panel: registry.PersonPanel) -> SafeString:
    """The panel's own template with its own values, as an include would draw it."""
    assert context.template is not None, "a tag is drawn while its page is"
    body = context.template.engine.get_template(panel.template)
    with context.push(**panel.context):
        return body.render(context)


@register.simple_tag
def field(bound: BoundField, css: str = "") -> SafeString:
    """One field of a form: label with its required mark, control, help, error; the control names both for readers."""
    widget = bound.field.widget
    ticked = isinstance(widget, CheckboxInput)
    many = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    attributes: dict[str, str | bool] = {} if many else {"class": _control_class(widget, bool(bound.errors))}
    described = [f"{bound.id_for_label}-help"] * bool(bound.help_text) + [
        f"{bound.id_for_label}-error"
    ] * bool(bound.errors)
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return render_to_string(
        "web/field.html",
        {
            "field": bound,
            "control": bound.as_widget(attrs=attributes),
            "ticked": ticked,
            "many": many,
            "css": css,
        },
    )


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    hidden = [str(bound) for bound in form.hidden_fields()]
    return mark_safe("".join(hidden + [field(bound) for bound in form.visible_fields()]))


@register.filter
def wrong_fields(form: BaseForm) -> str:
    """What is wrong with the form as a whole, and which of its fields are; of hidden ones also what, for they show nothing."""
    said = [str(each) for each in form.non_field_errors()]
    said += [
        f"{bound.label}: {' '.join(map(str, bound.errors))}" for bound in form.hidden_fields() if bound.errors
    ]
    labels = [str(bound.label) for bound in form.visible_fields() if bound.errors]
    if labels:
        said.append(
            _("Not filled in rightly yet: {fields}.").format(
                fields=pgettext("between words of a list", ", ").join(labels)
            )
        )
    return " ".join(said)


@register.filter
def day(value: date | datetime | None) -> str:
    """2021-05-19（周三）"""
    if value is None or value == "":
        return "–"
    on = (
        timezone.localtime(value).date()
        if isinstance(value, datetime) and timezone.is_aware(value)
        else value
    )
    return _("{day} ({weekday})").format(day=f"{on:%Y-%m-%d}", weekday=_weekday(on.weekday()))


@register.filter
def moment(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "–"


@register.filter
def clock_time(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else "–"


@register.filter
def refusal_reason(refusal: Refusal) -> str:
    return refusal.say_reason()


@register.filter
def refusal_next(refusal: Refusal) -> str:
    return refusal.say_next_step()


@register.filter
def attribute(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


def _control_class(widget: Any, is_wrong: bool) -> str:
    base = widget.attrs.get("class", "")
    if isinstance(widget, CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, Select):
        kind = "form-select"
    else:
        kind = "form-control"
    return " ".join(filter(None, [base, kind, "is-invalid" if is_wrong else ""]))


def _weekday(number: int) -> str:
    names = (
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"), pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"), pgettext("weekday", "Sat"), pgettext("weekday", "Sun"),
    )  # fmt: skip
    return names[number]
