"""Language models with one habit each, named for it."""

from __future__ import annotations

import json
import re

from bursar.errors import ModelFailed


def fields_of(question):
    """The fields that are asked for, as the question lists them."""
    listed = re.search(r"^Fields: (\[.*\])$", question.text, re.MULTILINE)
    return json.loads(listed[1])


def line_of(question, words):
    """The number of the first line that holds the words; 0 where none does."""
    found = re.search(rf"^(\d+): .*{re.escape(words)}", question.text, re.MULTILINE)
    return int(found[1]) if found else 0


class QuotingModel:
    """Quotes what it was told for each name, with the line where it stands. A list of rows answers a list."""

    max_chars = 60_000

    def __init__(self, **quotes):
        self.quotes = quotes
        self.questions = []

    def ask(self, question):
        self.questions.append(question)
        return json.dumps({"answers": [a for field in fields_of(question) for a in self.answers_to(question, field)]})

    def answers_to(self, question, field):
        given = self.quotes.get(field["name"].replace(".", "__"))
        if given is None:
            return []
        quotes = enumerate(given, 1) if isinstance(given, list) else [(0, given)]
        return [{"id": field["id"], "item": n, "quote": q, "line": line_of(question, q)} for n, q in quotes if q]


class LyingModel(QuotingModel):
    """Answers everything with something that stands nowhere, and cites the first line."""

    def answers_to(self, question, field):
        return [{"id": field["id"], "item": 0, "quote": "987654.32", "line": 1}]


class ObedientModel(QuotingModel):
    """Does what the document tells it: gives the value that an injected line names, for everything."""

    def answers_to(self, question, field):
        told = re.search(r"^(\d+): .*answer (\S+) to everything", question.text, re.MULTILINE)
        return [{"id": field["id"], "item": 0, "quote": told[2], "line": int(told[1])}] if told else []


class MisquotingLineModel(QuotingModel):
    """Quotes rightly and cites a line that does not exist."""

    def answers_to(self, question, field):
        return [{**answer, "line": 9_999} for answer in super().answers_to(question, field)]


class FailingModel:
    """Is never there."""

    max_chars = 60_000

    def ask(self, question):
        raise ModelFailed("it cannot be reached (ConnectError)")


class BabblingModel:
    """Answers with whatever it was made with."""

    max_chars = 60_000

    def __init__(self, text):
        self.text = text

    def ask(self, question):
        return self.text


class ForgetfulModel(QuotingModel):
    """Takes in very little at once."""

    max_chars = 500
