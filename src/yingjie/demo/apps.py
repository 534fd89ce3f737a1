from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yingjie.demo"
    label = "demo"
