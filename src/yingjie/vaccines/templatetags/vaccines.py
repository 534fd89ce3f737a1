"""Rule data's words in templates: `{% load vaccines %} {{ product.short_title|words }}`."""

from django import template

from vaxkit.vocabulary import Text
from yingjie.vaccines.wording import in_language

register = template.Library()


@register.filter
def words(text: Text | None) -> str:
    """A text in the language of the page."""
    return in_language(text) if text else ""
