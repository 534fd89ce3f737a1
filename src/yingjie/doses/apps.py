from django.apps import AppConfig


class DosesConfig(AppConfig):
    name = "yingjie.doses"
    label = "doses"
