"""Words inside documents, in both languages at once: data/words.yaml, read once."""

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent / "data" / "words.yaml"


def said_in_both(key: str, **parameters: object) -> dict[str, str]:
    """{"zh": …, "en": …} of a key, with its parameters put in. Raises KeyError."""
    return {language: words.format(**parameters) for language, words in _words()[key].items()}


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found
