"""Where modules hang their parts into the shell. Called from a module's `web_entries.py`, which is imported at start-up.

    from yingjie.web import registry

    registry.navigation(section="ledger", title=_("People"), url_name="people", permission="people.view", icon="users", order=10)
    registry.action_line(overdue_people)      # provider(actor) -> ActionLine | None | iterable of ActionLine
    registry.progress(todays_target)          # provider(actor) -> ProgressBar | None | iterable of ProgressBar
    registry.day_figure(sites_at_work)        # provider(actor) -> DayFigure | None | iterable of DayFigure
    registry.person_panel(dose_history)       # provider(actor, person_id) -> PersonPanel | None
    registry.status("booked", _("Booked"), tone="indigo", icon="calendar-event")
    registry.area_names(names)                # provider(codes) -> {code: name}: how areas are called where only codes are known
    registry.site_names(names, choices)       # how sites are called, and those at which an administrator may grant a role
    registry.public_link(_("Complaint"), url_name="resident_complaint", order=30)   # a page for residents, without an account
    registry.journal_words("people.move", _("moved a person to {to}"), title=_("moved a person"))   # how the journal says a verb

Providers are asked on every request and return frozen values; a provider that has nothing for this actor returns None. They come
back in the order of `order`, then of registration, so that the same screen always reads the same way.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from yingjie.foundation.access.actor import Actor

Words = str | Promise
TONES = ("grey", "blue", "indigo", "orange", "purple", "slate", "red", "yellow", "green", "outline")


@dataclass(frozen=True)
class Section:
    key: str
    title: Words
    icon: str
    order: int


@dataclass(frozen=True)
class NavigationEntry:
    section: str
    title: Words
    url_name: str
    permission: str
    icon: str
    order: int = 50


@dataclass(frozen=True)
class ActionLine:
    """One line of "action required": `count` of `what`, its filtered list at `url`, and a button of its own."""

    count: int
    what: Words
    url: str
    button: Words = ""
    button_url: str = ""
    tone: str = "orange"
    icon: str = "alert-circle"
    why: Words = ""
    order: int = 50


@dataclass(frozen=True)
class ProgressBar:
    """Today's progress: `done` of `total` `unit`; `url` leads to the rows behind it, `note` says what is counted until when."""

    title: Words
    done: int
    total: int
    unit: Words = ""
    url: str = ""
    note: Words = ""
    order: int = 50


@dataclass(frozen=True)
class DayFigure:
    """A tile of today: a count (or a word where there is none), what it is, and the list behind it at `url`."""

    title: Words
    value: int | Words
    url: str
    unit: Words = ""
    note: Words = ""
    tone: str = ""
    order: int = 50


@dataclass(frozen=True)
class PersonPanel:
    """A panel of a person's page: a template of the module's own with its context. `actions` are (label, url) links."""

    title: Words
    template: str
    context: dict[str, Any]
    icon: str = ""
    actions: tuple[tuple[Words, str], ...] = ()
    order: int = 50


@dataclass(frozen=True)
class Status:
    """A word of status with its one tone and icon, the same on lists, cards, filters, maps and charts."""

    word: str
    title: Words
    tone: str
    icon: str


@dataclass(frozen=True)
class JournalWords:
    """A verb of the journal: `words` for its entries, with `{names}` of their facts; `title` for the filter, with none."""

    words: Words
    title: Words


@dataclass(frozen=True)
class PublicLink:
    """A page for residents, who have no account: stands below their pages and the sign-in form."""

    title: Words
    url_name: str
    order: int = 50


@dataclass(frozen=True)
class SiteChoice:
    """A site at which a role may be granted."""

    id: UUID
    name: str
    area_code: str


@dataclass(frozen=True)
class DemoAccount:
    """An account that the sign-in page of a demo instance shows. `code` is the second-factor code of this moment, if any."""

    role: Words
    area: str
    username: str
    password: str
    code: str = ""


LineProvider = Callable[[Actor], ActionLine | Iterable[ActionLine] | None]
BarProvider = Callable[[Actor], ProgressBar | Iterable[ProgressBar] | None]
FigureProvider = Callable[[Actor], DayFigure | Iterable[DayFigure] | None]
PanelProvider = Callable[[Actor, UUID], PersonPanel | None]
DemoProvider = Callable[[], Iterable[DemoAccount]]
AreaNames = Callable[[Iterable[str]], dict[str, str]]
SiteNames = Callable[[Iterable[UUID]], dict[UUID, str]]
SiteChoices = Callable[[Actor], Iterable[SiteChoice]]


@dataclass
class Registry:
    """All that was registered. The product has one (`current`); tests make their own."""

    sections: dict[str, Section] = field(default_factory=dict)
    entries: list[NavigationEntry] = field(default_factory=list)
    lines: list[LineProvider] = field(default_factory=list)
    bars: list[BarProvider] = field(default_factory=list)
    figures: list[FigureProvider] = field(default_factory=list)
    panels: list[PanelProvider] = field(default_factory=list)
    statuses: dict[str, Status] = field(default_factory=dict)
    demo: list[DemoProvider] = field(default_factory=list)
    areas: list[AreaNames] = field(default_factory=list)
    sites: list[tuple[SiteNames, SiteChoices]] = field(default_factory=list)
    line_titles: list[Callable[[], dict[str, str]]] = field(default_factory=list)
    journal: dict[str, JournalWords] = field(default_factory=dict)
    public: list[PublicLink] = field(default_factory=list)


current = Registry()


def section(key: str, title: Words, icon: str, order: int) -> None:
    current.sections[key] = Section(key, title, icon, order)


def navigation(
    *,
    section: str,
    title: Words,
    url_name: str,
    permission: str,
    icon: str = "chevron-right",
    order: int = 50,
) -> None:
    """Add an entry to the left navigation. It is shown to whoever may open it (`permission` as at the view's gate)."""
    if section not in current.sections:
        raise ImproperlyConfigured(
            f"no navigation section {section!r}; there are: {', '.join(current.sections)}"
        )
    current.entries.append(NavigationEntry(section, title, url_name, permission, icon, order))


def action_line(provider: LineProvider) -> LineProvider:
    current.lines.append(provider)
    return provider


def progress(provider: BarProvider) -> BarProvider:
    current.bars.append(provider)
    return provider


def day_figure(provider: FigureProvider) -> FigureProvider:
    current.figures.append(provider)
    return provider


def person_panel(provider: PanelProvider) -> PanelProvider:
    current.panels.append(provider)
    return provider


def demo_accounts(provider: DemoProvider) -> DemoProvider:
    current.demo.append(provider)
    return provider


def area_names(provider: AreaNames) -> AreaNames:
    current.areas.append(provider)
    return provider


def site_names(names: SiteNames, choices: SiteChoices) -> None:
    """`names(ids)`: what sites are called. `choices(actor)`: those over which the actor may grant a role, and no others."""
    current.sites.append((names, choices))


def line_titles(titles: Callable[[], dict[str, str]]) -> None:
    """`titles()`: the lines (条) that answer for units, code → title in the language of the moment."""
    current.line_titles.append(titles)


def journal_words(verb: str, words: Words, *, title: Words = "") -> None:
    """How the journal's page says a verb. Words that hold `{names}` of the entry's facts need a title for the filter."""
    current.journal[verb] = JournalWords(words, title or words)


def public_link(title: Words, *, url_name: str, order: int = 50) -> None:
    current.public.append(PublicLink(title, url_name, order))


def status(word: str, title: Words, *, tone: str, icon: str) -> None:
    """Give a stored word of status its words on screen, its tone (one of TONES) and its icon. A word has one meaning only."""
    if tone not in TONES:
        raise ImproperlyConfigured(f"{tone!r} is no tone; there are: {', '.join(TONES)}")
    known = current.statuses.get(word)
    if known is not None and (known.tone, known.icon, str(known.title)) != (tone, icon, str(title)):
        raise ImproperlyConfigured(f"the status {word!r} already means {known.title} ({known.tone})")
    current.statuses[word] = Status(word, title, tone, icon)


def action_lines(actor: Actor) -> list[ActionLine]:
    """The actor's lines of today; a line with nothing to do is not a line."""
    found = [line for provider in current.lines for line in _each(provider(actor)) if line.count]
    return sorted(found, key=lambda line: line.order)


def progress_bars(actor: Actor) -> list[ProgressBar]:
    found = [bar for provider in current.bars for bar in _each(provider(actor))]
    return sorted(found, key=lambda bar: bar.order)


def day_figures(actor: Actor) -> list[DayFigure]:
    found = [figure for provider in current.figures for figure in _each(provider(actor))]
    return sorted(found, key=lambda figure: figure.order)


def person_panels(actor: Actor, person_id: UUID) -> list[PersonPanel]:
    found = [panel for provider in current.panels if (panel := provider(actor, person_id)) is not None]
    return sorted(found, key=lambda panel: panel.order)


def names_of_areas(codes: Iterable[str]) -> dict[str, str]:
    """The names of those codes that some module knows; a code without one is shown as it is."""
    wanted = sorted(set(filter(None, codes)))
    return (
        {code: name for provider in current.areas for code, name in provider(wanted).items()}
        if wanted
        else {}
    )


def names_of_sites(site_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of those sites that some module knows."""
    wanted = {site_id for site_id in site_ids if site_id is not None}
    return (
        {key: name for names, _choices in current.sites for key, name in names(wanted).items()}
        if wanted
        else {}
    )


def titles_of_lines() -> dict[str, str]:
    """The lines for which a role may be granted, code → title, in their order."""
    return {code: title for titles in current.line_titles for code, title in titles().items()}


def sites_to_choose(actor: Actor) -> list[SiteChoice]:
    return [choice for _names, choices in current.sites for choice in choices(actor)]


def known_demo_accounts() -> list[DemoAccount]:
    return [account for provider in current.demo for account in provider()]


V = TypeVar("V", ActionLine, ProgressBar, DayFigure)


def _each(given: V | Iterable[V] | None) -> Iterator[V]:
    if given is None:
        return
    if isinstance(given, ActionLine | ProgressBar | DayFigure):
        yield given
    else:
        yield from given
