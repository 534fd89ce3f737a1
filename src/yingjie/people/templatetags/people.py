"""The ledger's stored words as the screen says them."""

from collections.abc import Callable

from django import template

from yingjie.people import words
from yingjie.people.words import Words

register = template.Library()
LISTS: dict[str, dict[str, Words]] = {
    "category_title": words.CATEGORIES,
    "condition_title": words.CONDITIONS,
    "document_title": words.DOCUMENTS,
    "gone_title": words.GONE,
    "mobility_title": words.MOBILITIES,
    "owner_title": words.OWNERS,
    "relation_title": words.RELATIONS,
    "role_title": words.ROLES,
    "whereabouts_title": words.WHEREABOUTS,
    "without_document_title": words.WITHOUT_DOCUMENT,
}


def _of(titles: dict[str, Words], without: str) -> Callable[[str], Words]:
    return lambda word: titles.get(word, word or without)


for name, titles in LISTS.items():
    register.filter(name, _of(titles, "–" if name in ("mobility_title", "without_document_title") else ""))
