from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yingjie.foundation.access"
    label = "access"
