from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "yingjie.campaigns"
    label = "campaigns"
