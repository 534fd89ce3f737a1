from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "yingjie.plans"
    label = "plans"
