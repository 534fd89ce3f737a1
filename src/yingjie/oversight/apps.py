from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "yingjie.oversight"
    label = "oversight"
