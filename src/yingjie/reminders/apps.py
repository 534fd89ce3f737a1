from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "yingjie.reminders"
    label = "reminders"

    def ready(self) -> None:
        """What this module knows of a person follows a merge."""
        from yingjie.people import merging
        from yingjie.reminders import following

        merging.register("reminders", following.MOVER)
