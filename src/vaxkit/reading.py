"""What readers of documents share once the form is checked (`vaxkit.faults.schema_faults`): days, names and the faults of meaning.

A reader goes on after a fault, so that all of them are told at once, and raises `Faulty` at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from vaxkit.faults import Fault, nearest
from vaxkit.vocabulary import Text

#: How a day is written, as the schemas have it.
DAY_FORM = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NO_DAY = (
    Text("{given} 不是日期", "{given} is not a day"),
    Text('写成 "2021-06-01"。', 'Write "2021-06-01".'),
)


class Reader:
    """`faults` found so far. Where something is wrong, a stand-in is given back."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, what: Text, fix: Text) -> None:
        self.faults.append(Fault(path, what, fix))

    def day(self, text: str, path: str) -> date:
        """A day of the calendar; 2021-02-30 is a fault."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fault(path, NO_DAY[0].filled(given=text), NO_DAY[1])
            return date.min

    def known(self, name: str, known: Iterable[str], path: str) -> str:
        """A name that must be among those known."""
        if name not in known:
            self.fault(path, Text(f"没有 {name}", f"there is no {name}"), nearest(name, known))
        return name

    def once(self, names: Iterable[str], path: str) -> None:
        """Names that may each stand once."""
        for name, count in Counter(names).items():
            if count > 1:
                what = Text(f"{name} 出现了两次", f"{name} stands twice")
                self.fault(path, what, Text("每个编号只写一次。", "Write each id once."))
