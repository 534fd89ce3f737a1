from django.apps import AppConfig


class DosesConfig(AppConfig):
    name = "yingjie.doses"
    label = "doses"

    def ready(self) -> None:
        """Standings follow from people too; the sweep of files asks which are proofs."""
        from yingjie.doses import actions, claim_queries, standings
        from yingjie.foundation import files
        from yingjie.people import changes
        from yingjie.vaccines import switching

        changes.on_change(standings.update)
        switching.on_switch(actions.rules_switched)
        files.holder(claim_queries.kept_files)
