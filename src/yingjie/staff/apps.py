from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "yingjie.staff"
    label = "staff"
