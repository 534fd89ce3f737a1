"""What was held true of people until it was written over."""

from django.db import models

from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class FormerFacts(models.Model):
    """Everything that counting looks at of one person (`former.py` says in which shape), as it was on record until `until_at`.

    Groups, units and whole records are written over where they change; just before, they are kept here, so that a past bulletin
    can be counted again as it was known. `person_id` may be of a record that is gone: joined with another, or taken out with its
    roster.
    """

    placement = Placement.PERSON

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()
    until_at = models.DateTimeField()
    facts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="facts_of_a_person_end_once_at_a_moment", fields=["person_id", "until_at"]
            )
        ]
        indexes = [models.Index(name="former_facts_by_their_end", fields=["until_at"])]

    def __str__(self) -> str:
        return f"until {self.until_at}"
