"""The rules of reminding as data (data/rules.yaml), and what follows from them for a moment. Read once."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yingjie.foundation import clock

_FILE = Path(__file__).resolve().parent / "data" / "rules.yaml"


@dataclass(frozen=True)
class Rules:
    """What each means stands in the file, beside its value."""

    quiet_from: time
    quiet_until: time
    most: int
    most_days: int
    consent: str
    retry_minutes: tuple[int, ...]
    lease_minutes: int
    sure_minutes: int
    review_ahead_days: int
    small_number: int

    def is_quiet(self, moment: datetime) -> bool:
        at = moment.astimezone(clock.CAMPAIGN_ZONE).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def loud_at(self, moment: datetime) -> datetime:
        """The first moment from this one at which a message may leave."""
        if not self.is_quiet(moment):
            return moment
        here = moment.astimezone(clock.CAMPAIGN_ZONE)
        day = here.date() if here.time() < self.quiet_until else here.date() + timedelta(days=1)
        return datetime.combine(day, self.quiet_until, clock.CAMPAIGN_ZONE)

    def again_at(self, tries: int, moment: datetime) -> datetime | None:
        """When a message that failed `tries` times goes again; None: it is given up."""
        if tries > len(self.retry_minutes):
            return None
        return self.loud_at(moment + timedelta(minutes=self.retry_minutes[tries - 1]))


@lru_cache(maxsize=1)
def rules() -> Rules:
    with _FILE.open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    if data["consent"] not in ("assumed", "asked"):
        raise ValueError("rules.yaml: consent is assumed or asked")
    data |= {name: time.fromisoformat(data[name]) for name in ("quiet_from", "quiet_until")}
    return Rules(**data | {"retry_minutes": tuple(data["retry_minutes"])})
