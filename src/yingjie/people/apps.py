from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yingjie.people"
    label = "people"
