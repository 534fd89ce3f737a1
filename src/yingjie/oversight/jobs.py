"""What supervision does by itself every hour."""

from yingjie.foundation.jobs.registry import hourly
from yingjie.oversight import day_plan_actions, kept_steps


@hourly
def morning_plan() -> None:
    """The plan of a county that nobody froze, in the first hour of the working day."""
    day_plan_actions.freeze_what_is_due()


@hourly
def kept_counts() -> None:
    """The kept counts take in what was written since."""
    kept_steps.fold()
