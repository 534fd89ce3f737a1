from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "yingjie.sites"
    label = "sites"
