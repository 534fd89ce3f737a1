"""Pasted figures of areas: one area a line, by code or name, then a whole number."""

import re
import unicodedata

from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.campaigns.refusals import KeyUnreadable
from yingjie.foundation.access.actor import Actor

_LINE = re.compile(r"^(?P<area>.+?)[\s,;:、]+(?P<figure>\d+)$")


def read(actor: Actor, within: str, text: str) -> dict[str, int] | None:
    """Area code → figure; None where nothing was pasted. Full-width digits and commas are read too. Raises KeyUnreadable with the
    line."""
    found: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw).strip()
        if not line:
            continue
        read_as = _LINE.match(line)
        if read_as is None:
            raise KeyUnreadable(line=number, what=raw.strip()[:40])
        code = _code(actor, within, read_as["area"].strip(), number)
        if code in found:
            raise KeyUnreadable(line=number, what=_("{area} stands twice.").format(area=read_as["area"]))
        found[code] = int(read_as["figure"])
    return found or None


def _code(actor: Actor, within: str, words: str, line: int) -> str:
    if words.isdecimal():
        return words
    answer = areas.resolve(actor, words, within)
    if answer.area is None:
        raise KeyUnreadable(
            line=line, what=_("{area} is not known, or means several areas.").format(area=words)
        )
    return answer.area.code
