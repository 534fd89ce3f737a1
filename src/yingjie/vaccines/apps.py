from django.apps import AppConfig


class VaccinesConfig(AppConfig):
    name = "yingjie.vaccines"
    label = "vaccines"
