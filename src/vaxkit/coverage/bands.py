"""The age bands in which a campaign is reported, every age in exactly one.

The bounds are those of the published daily figures and phases (3–11, 12–17, 18–59, 60 and above; from November 2022 on 80 and
above apart: 国务院联防联控机制 加强老年人新冠病毒疫苗接种工作方案, 2022-11-29). (M)
"""

from __future__ import annotations

from dataclasses import dataclass

from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Full years from `age_from` up to `age_until`, both included; None: and older."""

    age_from: int
    age_until: int | None

    @property
    def code(self) -> str:
        return f"{self.age_from}-" if self.age_until is None else f"{self.age_from}-{self.age_until}"

    @property
    def title(self) -> Text:
        if self.age_until is None:
            return Text(f"{self.age_from}岁及以上", f"{self.age_from} and older")
        return Text(f"{self.age_from}–{self.age_until}岁", f"{self.age_from}–{self.age_until} years")


AGE_BANDS = (
    AgeBand(0, 2), AgeBand(3, 11), AgeBand(12, 17), AgeBand(18, 59), AgeBand(60, 69), AgeBand(70, 79), AgeBand(80, None),
)  # fmt: skip


def band_of(age: int) -> AgeBand:
    """The band of an age in full years. Raises ValueError below 0."""
    for band in AGE_BANDS:
        if band.age_from <= age and (band.age_until is None or age <= band.age_until):
            return band
    raise ValueError("nobody is younger than 0")
