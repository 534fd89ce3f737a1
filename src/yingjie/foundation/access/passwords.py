"""The password that an administrator gives out: read aloud over a telephone, typed once, then changed by its owner."""

import secrets

# Nothing that is mistaken for something else on paper or on the telephone: no 0 o, 1 l i, 5 s, 2 z, b d p t v.
LETTERS = "acefghjkmnqruwxy346789"


def new_password() -> str:
    """Four groups of four, some 71 bits: never a word, a name or a date."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
