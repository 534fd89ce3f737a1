"""vaxkit's reasons in words: sentences with the document behind the rule, without what only some may know about health."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from vaxkit.immunization import Because as Reason
from vaxkit.immunization import TrailStep, sentence
from vaxkit.immunization.wording import step_words
from vaxkit.vocabulary import Text
from yingjie.doses.judging import cited
from yingjie.vaccines.queries import vaccine_title
from yingjie.vaccines.wording import bilingual

__all__ = ["Because", "cited", "paragraph", "told", "words_of"]
#: Reasons that name a condition; whoever may not know it is told only what follows from it.
OF_HEALTH = {
    "contraindicated": _("For reasons of health no dose is given."),
    "contraindicated.deferral": _("For reasons of health the dose waits."),
    "immune.observation": _("For reasons of health no dose is needed."),
    "gap.wait": _("For reasons of health the dose waits."),
}
NAMING_VACCINES = ("vaccine", "before")


@dataclass(frozen=True)
class Because:
    """One step of the explanation: the words, and the document and day of the rule ("" where no rule decided)."""

    words: Text
    rule: Text


#: Reasons that stand on the dose as such, whose document is the first that ever named it: another says more.
OF_THE_DOSE = ("next.dose", "past_due", "recommended")


def told(reasons: Iterable[Reason], *, with_health: bool) -> tuple[Because, ...]:
    """The steps with their documents."""
    steps = list(reasons)
    other = any(step.source for step in steps if step.code not in OF_THE_DOSE)
    return tuple(
        Because(
            words_of(step, with_health=with_health),
            cited(None if other and step.code in OF_THE_DOSE else step.source),
        )
        for step in steps
    )


def words_of(reason: Reason, *, with_health: bool = True) -> Text:
    """The sentence in both languages; vaccines by their names, not by codes."""
    if not with_health and reason.code in OF_HEALTH:
        return bilingual(OF_HEALTH[reason.code])
    return Text(_in(reason, "zh"), _in(reason, "en"))


def told_steps(
    steps: Iterable[TrailStep], titles: Mapping[str, Text]
) -> list[tuple[Text, Text, date | None]]:
    """What was decided, how it came out, and about the dose of which day (None: about the next one). `titles` of series by name."""
    found = []
    for step in steps:
        (title_zh, out_zh), (title_en, out_en) = step_words(step, "zh"), step_words(step, "en")
        series = [titles[name] for name in step.outcome.split(", ") if name in titles]
        came_out = _joined(series) if series else Text(out_zh, out_en)
        given_on = step.inputs.get("on") if "dose" in step.inputs else None
        found.append((Text(title_zh, title_en), came_out, given_on if isinstance(given_on, date) else None))
    return found


def _joined(texts: Sequence[Text]) -> Text:
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def paragraph(because: tuple[Because, ...]) -> Text:
    """All steps as one paragraph, the documents at its end."""
    cites = list(dict.fromkeys(step.rule for step in because if step.rule.en))
    zh = "".join(step.words.zh for step in because)
    en = " ".join(step.words.en for step in because)
    if cites:
        zh += "（" + "；".join(rule.zh for rule in cites) + "）"
        en += " (By: " + "; ".join(rule.en for rule in cites) + ")"
    return Text(zh, en)


def _in(reason: Reason, language: str) -> str:
    named = {
        name: vaccine_title(str(reason.params[name])).in_(language)
        for name in NAMING_VACCINES
        if name in reason.params
    }
    return sentence(Reason(reason.code, {**reason.params, **named}, reason.source, reason.basis), language)
