"""The foundation's own work of every night."""

from yingjie.foundation import files
from yingjie.foundation.jobs.registry import daily


@daily
def files_that_nobody_names() -> None:
    """Files handed in whose rows never came, or are gone."""
    files.sweep()
