from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "yingjie.clinic"
    label = "clinic"
