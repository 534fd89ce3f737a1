"""Who is expected, who holds a ticket, who stands by."""

from django.db import models
from django.db.models import Q

from yingjie.bookings.workflow import BOOKING, STANDBY, TICKET
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.sites.models import Site

#: online: the residents' page · desk: somebody of the staff · list: a collective list · ticket: on the day · walk_in: came
#: unlisted
CHANNELS = ("online", "desk", "list", "ticket", "standby", "walk_in")
#: Those who were given a place before they came.
ASKED = ("online", "desk", "list")


class Booking(models.Model):
    """A person's place for one dose. Session and slot are copied ids: they are placed by site, this row by person. Who came
    without a place (walk_in) has a row too, without slot, so that lists can be compared with who came."""

    placement = Placement.PERSON
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bookings")
    group = models.CharField(max_length=24, default="COVID-19")
    number = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    session_id = models.UUIDField(null=True)
    slot_id = models.UUIDField(null=True)
    list_id = models.UUIDField(null=True)
    on = models.DateField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=BOOKING.initial)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=80)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_booking_per_person_and_dose",
                fields=["person", "group", "number"],
                condition=Q(state="booked"),
            ),
            models.CheckConstraint(
                name="booking_state_is_a_known_word", condition=Q(state__in=BOOKING.states)
            ),
            models.CheckConstraint(name="booking_channel_is_a_known_word", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="booked_place_names_its_slot",
                condition=Q(channel="walk_in") | (Q(slot_id__isnull=False) & Q(session_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="attended_booking_says_when",
                condition=~Q(state="attended") | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_booking_says_when",
                condition=~Q(state__in=("cancelled", "moved", "missed")) | Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="bookings_of_a_slot", fields=["slot_id", "state"]),
            models.Index(name="bookings_of_a_session", fields=["session_id", "state"]),
            models.Index(name="bookings_of_a_site_and_day", fields=["site", "on", "state"]),
            models.Index(name="bookings_of_a_list", fields=["list_id"], condition=Q(list_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.state}: dose {self.number} on {self.on}"


class TicketDay(models.Model):
    """A site's day of tickets: the last number given out and the last one called. Its row is the lock for both."""

    placement = Placement.PLACE
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    last_number = models.PositiveIntegerField(default=0)
    last_called = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="site_gives_tickets_once_a_day", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on}: {self.last_number}"


class Ticket(models.Model):
    """A number for one person, for one day (发号, 一人一号). Behind it stands a booking of the channel "ticket", which holds the
    seat and the dose; whoever had a booking already gets a number for that."""

    placement = Placement.PERSON
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    booking_id = models.UUIDField()
    on = models.DateField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default=TICKET.initial)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_ticket_per_person_and_day", fields=["person", "on"], condition=~Q(state="given_up")
            ),
            models.CheckConstraint(name="ticket_state_is_a_known_word", condition=Q(state__in=TICKET.states)),
        ]
        indexes = [models.Index(name="tickets_of_a_site_and_day", fields=["site", "on", "number"])]

    def __str__(self) -> str:
        return f"{self.on} no. {self.number}"


class Standby(models.Model):
    """Somebody who would come at short notice, for a place that became free or a dose left in an opened vial. `asked`: they
    asked for it themselves; else they were found as the nearest to whom a dose is due."""

    placement = Placement.PERSON
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    state = models.CharField(max_length=8, default=STANDBY.initial)
    asked = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standby_per_person_and_day",
                fields=["person", "on"],
                condition=Q(state__in=("waiting", "called")),
            ),
            models.CheckConstraint(
                name="standby_state_is_a_known_word", condition=Q(state__in=STANDBY.states)
            ),
        ]
        indexes = [models.Index(name="standby_of_a_site_and_day", fields=["site", "on", "state"])]

    def __str__(self) -> str:
        return f"{self.state} on {self.on}"
