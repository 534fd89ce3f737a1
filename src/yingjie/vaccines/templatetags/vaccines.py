"""Rule data's words in templates: `{% load vaccines %} {{ product.short_title|words }}`; and who did something, in words."""

from django import template

from vaxkit.vocabulary import Text
from yingjie.vaccines.wording import by_whom, in_language

register = template.Library()


@register.filter
def who(actor: str) -> str:
    """A user name, or the part of the program that was at work."""
    return by_whom(actor) if actor else ""


@register.filter
def words(text: Text | None) -> str:
    """A text in the language of the page."""
    return in_language(text) if text else ""
