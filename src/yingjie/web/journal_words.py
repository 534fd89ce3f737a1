"""How the journal's page says each verb. Words only, like `vocabulary`: a module says its own with `registry.journal_words`.

WORDS    what an entry says; `{names}` are facts of the entry
TITLES   what the filter calls those verbs whose words name facts
"""

from django.utils.translation import gettext_lazy as _

from yingjie.web import registry

WORDS = {
    "access.create_user": _("made the account {username}"),
    "access.deactivate": _("closed the account {username}"),
    "access.reactivate": _("opened the account {username} again"),
    "access.set_password": _("set a new first password for {username}"),
    "access.reset_second_factor": _("reset the second factor of {username}"),
    "access.grant_role": _("granted the role {role} to {username}"),
    "access.end_grant": _("ended the role {role} of {username}"),
    "account.sign_in": _("signed in"),
    "account.sign_out": _("signed out"),
    "account.sign_in_failed": _("a sign-in failed: {username}"),
    "account.locked_out": _("sign-in was paused after too many failures: {username}"),
    "account.change_password": _("changed the password"),
    "account.add_second_factor": _("set up the second factor"),
    "account.remove_second_factor": _("removed the second factor"),
    "account.new_recovery_codes": _("made new recovery codes"),
    "doses.record": _("recorded a dose"),
    "doses.correct": _("corrected a dose"),
    "doses.rebuild_standings": _("rebuilt the vaccination standings"),
    "outreach.record_attempt": _("recorded a visit"),
    "sites.open": _("opened a site"),
    "sites.change": _("changed a site"),
    "stock.count": _("counted the stock"),
    "stock.waste": _("wrote off vaccine"),
    "stock.hold": _("put vaccine aside"),
    "stock.release": _("released vaccine"),
    "stock.suspend_lot": _("suspended a lot"),
    "stock.resume_lot": _("resumed a lot"),
    "clinic.register": _("registered a visit"),
    "clinic.vaccinate": _("vaccinated"),
    "clinic.turn_away": _("turned a visitor away"),
    "clinic.leave": _("ended the observation of a visit"),
    "oversight.issue": _("issued a bulletin"),
    "vaccines.load_products": _("loaded the vaccines"),
    "list.export": _("exported a list"),
    "journal.verify": _("verified the journal"),
}

TITLES = {
    "access.create_user": _("made an account"),
    "access.deactivate": _("closed an account"),
    "access.reactivate": _("opened an account again"),
    "access.set_password": _("set a new first password"),
    "access.reset_second_factor": _("reset a second factor"),
    "access.grant_role": _("granted a role"),
    "access.end_grant": _("ended a role"),
    "account.sign_in_failed": _("a sign-in failed"),
    "account.locked_out": _("sign-in was paused after too many failures"),
}


def register() -> None:
    for verb, words in WORDS.items():
        registry.journal_words(verb, words, title=TITLES.get(verb, ""))
