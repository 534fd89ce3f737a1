from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "yingjie.sites"
    label = "sites"

    def ready(self) -> None:
        """The sweep of files asks which are photos of findings."""
        from yingjie.foundation import files
        from yingjie.sites import readiness_queries

        files.holder(readiness_queries.kept_files)
