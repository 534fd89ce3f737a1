"""Words that come from rule data, in the language of the moment they are shown."""

from django.utils.functional import lazystr
from django.utils.translation import get_language, override

from vaxkit.vocabulary import Text
from yingjie.foundation.refusals import Words


class _Said:
    """Asked for its words each time it is shown, so that one refusal can be said in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return in_language(self.text)


def in_language(text: Text) -> str:
    """The words now."""
    return text.in_(get_language() or "zh-hans")


def said(text: Text) -> Words:
    """The words whenever they are shown: a lazy string, for the facts of refusals."""
    return lazystr(_Said(text))


def bilingual(words: Words) -> Text:
    """Words of the catalogue in both languages at once."""
    with override("zh-hans"):
        zh = str(words)
    with override("en"):
        return Text(zh, str(words))
