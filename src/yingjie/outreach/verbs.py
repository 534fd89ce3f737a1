"""How the journal says what is done here, and with units: words of an entry, and of the filter."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "areas.open_unit": (
        _("entered the unit {name}"),
        _("entered a unit"),
    ),
    "areas.change_unit": (
        _("changed the unit {name}"),
        _("changed a unit"),
    ),
    "areas.close_unit": (
        _("closed the unit {name}"),
        _("closed a unit"),
    ),
    "people.employ": (
        _("put a person at {unit}"),
        _("put a person at a unit"),
    ),
    "people.end_employment": (
        _("took a person from {unit}"),
        _("took a person from a unit"),
    ),
    "people.import_staff": (
        _("took the staff roster of {unit} ({made} new, {gaps} not found)"),
        _("took a staff roster"),
    ),
    "outreach.open_plan": (_("made a plan for a resident"),),
    "outreach.take_back_plan": (_("took a plan back that was just made"),),
    "outreach.change_plan": (_("went on with a plan for a resident"),),
    "outreach.close_plan": (_("closed a plan for a resident"),),
    "outreach.import_list": (
        _("took in the pushed list {title} ({lines} lines)"),
        _("took in a pushed list"),
    ),
    "outreach.assign_lines": (
        _("assigned {lines} lines of pushed lists"),
        _("assigned lines of pushed lists"),
    ),
    "outreach.record_finding": (_("recorded the finding of a line"),),
    "outreach.report_list": (
        _("reported the pushed list {title} back"),
        _("reported a pushed list back"),
    ),
    "outreach.reopen_list": (
        _("opened the pushed list {title} again"),
        _("opened a pushed list again"),
    ),
    "outreach.take_report": (
        _("took the report of {title} as a file ({rows} lines)"),
        _("took a report as a file"),
    ),
    "outreach.issue_unvaccinated": (
        _("made the lists of {villages} villages ({people} people)"),
        _("made the villages' lists of those not vaccinated"),
    ),
    "outreach.take_list": (
        _("took a village's list of {on} as a file ({rows} people)"),
        _("took a village's list as a file"),
    ),
    "outreach.appoint": (_("appointed {name} to answer for an area"), _("appointed an officer")),
    "outreach.change_officer": (_("changed for how many {name} answers"), _("changed an officer's numbers")),
    "outreach.propose_allotment": (
        _("proposed officers for {people} people ({changes} changes)"),
        _("proposed who answers for whom"),
    ),
    "outreach.apply_allotment": (
        _("applied a proposal of officers ({people} people, {left_out} left out)"),
        _("applied a proposal of officers"),
    ),
    "outreach.drop_allotment": (_("dropped a proposal of officers"),),
    "outreach.give_officer": (
        _("named {officer} as the officer of a household ({people} people)"),
        _("named an officer by hand"),
    ),
    "outreach.hand_over": (
        _("let {name} hand over {people} people"),
        _("let an officer hand over"),
    ),
    "outreach.take_on": (
        _("gave {people} people to the support team of {name}"),
        _("gave people to a support team"),
    ),
    "outreach.settle": (
        _("settled who answers for whom ({people} given, {closed} closed)"),
        _("settled who answers for whom"),
    ),
    "outreach.take_duties": (
        _("took officers with their people as a file ({rows} people)"),
        _("took officers with their people as a file"),
    ),
    "outreach.ask_home": (_("asked for a vaccination at home"),),
    "outreach.arrange_home": (_("arranged a vaccination at home"),),
    "outreach.finish_home": (_("closed a vaccination at home as done"),),
    "outreach.withdraw_home": (_("withdrew a vaccination at home"),),
    "outreach.doctors_word": (_("recorded a doctor's word"),),
    "outreach.ask_contacts": (
        _("asked {asked} villages or units for contacts: {title}"),
        _("asked for contacts"),
    ),
    "outreach.report_contact": (_("reported a leader and a contact"),),
}
