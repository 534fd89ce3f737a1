from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "yingjie.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Every module's `jobs.py` registers its functions."""
        autodiscover_modules("jobs")
