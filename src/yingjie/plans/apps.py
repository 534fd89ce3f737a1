from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "yingjie.plans"
    label = "plans"

    def ready(self) -> None:
        """What this module knows of a person follows a merge."""
        from yingjie.people import merging
        from yingjie.plans import following

        merging.register("plans", following.MOVER)
