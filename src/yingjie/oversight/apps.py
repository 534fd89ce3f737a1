from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "yingjie.oversight"
    label = "oversight"

    def ready(self) -> None:
        """What is written over is kept first, so that past bulletins can be counted again as they were known."""
        from yingjie.areas import actions, unit_actions
        from yingjie.oversight import former
        from yingjie.oversight.models import FormerFacts, KeptBefore, KeptPerson, Touched
        from yingjie.people import changes, following, merging

        changes.before_rewriting(former.keep)
        unit_actions.before_another_line(former.keep_of_unit)
        actions.before_merge(former.keep_of_areas)
        # They stay those of the record that they tell of; what both records add to the counts is counted anew.
        merging.register("oversight", following.mover(derived=(FormerFacts, KeptBefore, KeptPerson, Touched)))
