from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    name = "yingjie.web"
    label = "web"

    def ready(self) -> None:
        """The shared words first, then every module's `web_entries.py`, in the order of INSTALLED_APPS."""
        from yingjie.web import account_events, vocabulary  # noqa: F401 - its receivers listen from here on

        vocabulary.register()
        autodiscover_modules("web_entries")
