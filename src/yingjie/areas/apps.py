from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "yingjie.areas"
    label = "areas"
