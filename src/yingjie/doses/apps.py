from django.apps import AppConfig


class DosesConfig(AppConfig):
    name = "yingjie.doses"
    label = "doses"

    def ready(self) -> None:
        """Standings follow from people too, doses follow a merge; stock asks who had a dose; the sweep of files asks which are
        proofs."""
        from yingjie.doses import actions, claim_queries, following, standings
        from yingjie.doses.recipients import recipients
        from yingjie.foundation import files
        from yingjie.people import changes, merging
        from yingjie.stock.recipients import told_by
        from yingjie.vaccines import switching

        changes.on_change(standings.update)
        merging.register("doses", following.MOVER)
        switching.on_switch(actions.rules_switched)
        files.holder(claim_queries.kept_files)
        told_by(recipients)
