from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "yingjie.outreach"
    label = "outreach"
