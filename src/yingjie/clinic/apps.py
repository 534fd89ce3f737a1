from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "yingjie.clinic"
    label = "clinic"

    def ready(self) -> None:
        """What this module knows of a person follows them when two records become one; the sweep of files asks for papers; no
        day's stock is closed over a needle in somebody's hand."""
        from yingjie.clinic import following, queries
        from yingjie.foundation import files
        from yingjie.people import merging
        from yingjie.stock import day_close

        merging.register("clinic", following.MOVER)
        files.holder(queries.kept_files)
        day_close.ask_before_closing(queries.needle_in_hand)
