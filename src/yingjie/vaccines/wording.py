"""Words that come from rule data, and who did something, in the language of the moment they are shown."""

from django.utils.functional import lazystr
from django.utils.translation import get_language, override, pgettext_lazy

from vaxkit.vocabulary import Text
from yingjie.foundation.refusals import Words

#: The parts of the program that bring in policies and switch them on.
PARTS: dict[str, Words] = {
    "demo": pgettext_lazy("who did it", "Demo data"),
    "command line": pgettext_lazy("who did it", "Command line"),
    "first start": pgettext_lazy("who did it", "First start"),
}
_SYSTEM = pgettext_lazy("who did it", "System")


class _Said:
    """Asked for its words each time it is shown, so that one refusal can be said in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return in_language(self.text)


def in_language(text: Text) -> str:
    """The words now."""
    return text.in_(get_language() or "zh-hans")


def by_whom(actor: str) -> str:
    """A user name as it is; of the program at work, which part."""
    kind, _colon, part = actor.partition(":")
    return str(PARTS.get(part, _SYSTEM)) if kind == "system" and part else actor


def said(text: Text) -> Words:
    """The words whenever they are shown: a lazy string, for the facts of refusals."""
    return lazystr(_Said(text))


def bilingual(words: Words) -> Text:
    """Words of the catalogue in both languages at once."""
    with override("zh-hans"):
        zh = str(words)
    with override("en"):
        return Text(zh, str(words))
