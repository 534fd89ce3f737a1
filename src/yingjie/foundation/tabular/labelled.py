"""Which column of somebody else's table says what, by the labels under which people know it.

    understood(("姓 名", "联系电话"), {"name": ["姓名"], "phone": ["电话"]})  →  ("name", "phone")

A label that is one of the known ones comes first, one that only contains one second; each field is found once.
"""

from collections.abc import Mapping, Sequence


def understood(columns: Sequence[str], labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The field of each column, "" where nothing is understood. Blanks and capitals do not count; `labels` are written without."""
    plain = ["".join(label.split()).casefold() for label in columns]
    found = [""] * len(columns)
    for exact in (True, False):
        for field, known in labels.items():
            if field in found:
                continue
            places = (
                place
                for place, label in enumerate(plain)
                if not found[place] and any(label == each if exact else each in label for each in known)
            )
            place = next(places, None)
            if place is not None:
                found[place] = field
    return tuple(found)
