from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "yingjie.outreach"
    label = "outreach"

    def ready(self) -> None:
        """What this module knows of a person follows a merge; the sweep of files asks which are pushed lists."""
        from yingjie.foundation import files
        from yingjie.outreach import checks, following
        from yingjie.people import merging

        merging.register("outreach", following.MOVER)
        files.holder(checks.kept_files)
