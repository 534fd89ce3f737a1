"""Everything that a user can be answered: every address of the resolver with own and foreign parameters, every link, every file.

What comes back is turned into plain words, whatever it is: a page, a spreadsheet, a document, a file's name, an address to go to.
"""

import html
import re
import subprocess
import zipfile
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice, product
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

_HREF = re.compile(r'(?:href|src|hx-get|action)="([^"#]*)')
_TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|csrf-token" content="|X-CSRFToken"?: ?")[^"]*')
SAME_PAGE, SAME_ROUTE = 2, 24
"""How many addresses of one kind (same route, same filters), and of one route whatever the filters, are followed from links."""


@dataclass(frozen=True)
class Answer:
    """What one request was answered: `text` is everything in it that a human could read, headers included."""

    route: str
    url: str
    status: int
    text: str

    def __str__(self) -> str:
        return f"{self.status} {self.url} ({self.route})"


@dataclass
class Viewer:
    """A signed-in user. Nothing asked stays in the database."""

    role: str
    client: Client
    asked: set[str] = field(default_factory=set)
    briefly: bool = False
    """One address of every pattern and of every kind of link, for a role whose reach another one has walked at length."""

    def get(self, url: str) -> Answer:
        with transaction.atomic():
            answer = _answer(url, self.client.get(url))
            transaction.set_rollback(True)
        return answer

    def post(self, url: str, data: Mapping[str, Any], *, keep: bool = False) -> Answer:
        with transaction.atomic():
            answer = _answer(url, self.client.post(url, data))
            transaction.set_rollback(not keep)
        return answer

    def crawl(self, values: Mapping[str, list[Any]]) -> Iterator[Answer]:
        """Every address with own parameters, and whatever is linked from what they show."""
        same_page, same_route = (1, 4) if self.briefly else (SAME_PAGE, SAME_ROUTE)
        each = 1 if self.briefly else 3
        waiting = deque(url for pattern in patterns() for url in addresses(pattern, values, at_most=each))
        kinds: Counter[tuple[str, tuple[str, ...]]] = Counter()
        while waiting:
            url = waiting.popleft()
            if url in self.asked:
                continue
            self.asked.add(url)
            answer = self.get(url)
            yield answer
            for found in _HREF.findall(answer.text if answer.status == 200 else ""):
                target = urljoin(url, html.unescape(found))
                parts = urlsplit(target)
                route = route_of(parts.path)
                kind = (route, tuple(sorted(key for key, _value in parse_qsl(parts.query))))
                if (
                    not parts.scheme
                    and route
                    and target not in self.asked
                    and kinds[kind] < same_page
                    and kinds[route, ()] < same_route
                ):
                    kinds.update({kind, (route, ())})
                    waiting.append(target)

    def trespass(self, own: Mapping[str, list[Any]], foreign: Mapping[str, list[Any]]) -> Iterator[Answer]:
        """Every address with at least one parameter of the neighbours', by GET and by POST of nothing."""
        for pattern in patterns():
            names = list(pattern.pattern.converters)
            own_ones = set(addresses(pattern, own))
            mixed = {name: [*foreign.get(name, ()), *own.get(name, ())[:1]] for name in names}
            for url in addresses(pattern, mixed, at_most=1 if self.briefly else 4) if names else ():
                if url not in own_ones:
                    yield self.get(url)
            for url in islice(addresses(pattern, foreign), 1) if names else ():
                yield self.post(url, {})


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Our own addresses; those of the sign-in library know nobody's people."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        elif entry.callback.__module__.startswith("yingjie."):
            yield entry


def addresses(pattern: URLPattern, values: Mapping[str, list[Any]], at_most: int = 3) -> Iterator[str]:
    names = list(pattern.pattern.converters)
    known = [values.get(name, []) for name in names]
    for each in islice(product(*known), at_most):
        yield reverse(str(pattern.name), kwargs=dict(zip(names, each, strict=True)))


def route_of(path: str) -> str:
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return ""


def same_but_for(answer: Answer, term: str) -> tuple[int, str]:
    """An answer with the term that was asked for taken out, to be compared with the answer to another term."""
    text = _TOKEN.sub(r"\1", answer.text)
    return answer.status, text.replace(term, "¤")


def _answer(url: str, response: HttpResponseBase) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    said = [f"{name}: {value}" for name, value in response.items() if name != "Content-Length"]
    text = unquote(html.unescape("\n".join([*said, words_in(body)])))
    return Answer(route_of(urlsplit(url).path), url, response.status_code, text)


def words_in(body: bytes) -> str:
    """The readable words of a page, a spreadsheet, a document or a PDF."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(body)) as kept:
            return "\n".join(kept.read(name).decode("utf-8", "ignore") for name in kept.namelist())
    if body.startswith(b"%PDF"):
        done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=body, capture_output=True, check=True)
        return done.stdout.decode()
    return body.decode("utf-8", "ignore")
