from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "yingjie.stock"
    label = "stock"
