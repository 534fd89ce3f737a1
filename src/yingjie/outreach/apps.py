from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "yingjie.outreach"
    label = "outreach"

    def ready(self) -> None:
        """What this module knows of a person follows them when two records become one."""
        from yingjie.outreach import following
        from yingjie.people import merging

        merging.register("outreach", following.MOVER)
