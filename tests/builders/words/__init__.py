"""Languages as data: what documents print, with several ways to say each thing."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def get_words(language: str) -> dict[str, Any]:
    """The language's file."""
    with (_HERE / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass
class Voice:
    """One document's choice among the ways to say a thing: it says the same thing the same way each time."""

    language: str
    section: str
    rng: random.Random
    chosen: dict[str, str] = field(default_factory=dict)

    def say(self, key: str, **values: Any) -> str:
        if key not in self.chosen:
            self.chosen[key] = self.rng.choice(get_words(self.language)[self.section][key])
        return self.chosen[key].format(**values) if values else self.chosen[key]
