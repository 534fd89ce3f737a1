from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "yingjie.clinic"
    label = "clinic"

    def ready(self) -> None:
        """What this module knows of a person follows them when two records become one."""
        from yingjie.clinic import following
        from yingjie.people import merging

        merging.register("clinic", following.MOVER)
