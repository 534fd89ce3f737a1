from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "yingjie.foundation.journal"
    label = "journal"
