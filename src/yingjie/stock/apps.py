from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "yingjie.stock"
    label = "stock"

    def ready(self) -> None:
        """The sweep of files asks which are temperature records and papers of lot release."""
        from yingjie.foundation import files
        from yingjie.stock import coming

        files.holder(coming.kept_files)
