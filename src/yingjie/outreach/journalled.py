"""What the journal says of a row about one resident: whom it is about, and nothing else."""

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.outreach.models import CarePlan, Complaint, DoctorsWord, HomeRequest, Watch, WatchCheck


def record_of_person(
    by: Actor,
    verb: str,
    subject: CarePlan | Complaint | DoctorsWord | HomeRequest | Watch | WatchCheck,
    area_code: str,
) -> None:
    """Write one entry, as the last thing in an action's transaction."""
    facts = {"person_id": str(subject.person_id)}
    record(by=by, verb=verb, subject=subject, area_code=area_code, facts=facts)
