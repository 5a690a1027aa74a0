"""All statement layouts by name, and the one function that draws a document."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from builders.drawn import Drawn, finish
from builders.places import COUNTRIES
from builders.statements.body import TableForm, draw_table
from builders.statements.draft import Draft, Signs, open_draft
from builders.statements.facts import AccountFacts, Entry, StatementFacts, Wish, make_statement
from builders.statements.heads import account_pairs, balance_pairs, draw_foot, draw_head, draw_pairs
from builders.statements.truth import tell_truth

EURO = ("DE", "AT", "FR", "BE", "NL", "ES", "IT", "PT", "IE")
ALL = tuple(COUNTRIES)


@dataclass(frozen=True)
class Layout:
    """A way to draw statements. `holdout` layouts are kept for testing only: nothing is tuned on them.

    `balances`: opening and closing stand in the `head`, in the `table`, or in `both`.
    `sections`: credits and debits in tables of their own, the direction said by the heading alone.
    """

    name: str
    form: TableForm
    countries: tuple[str, ...] = ALL
    kind: str = "bank"
    balances: str = "head"
    totals: bool | None = None  # in the head; None leaves it to the seed
    header: str = ""
    dates: tuple[str, ...] = ()
    most_lines: int = 1
    accounts: int = 1
    rows: tuple[int, int] = (8, 40)
    overdrawn: bool = False
    sections: bool = False
    holdout: bool = False


COLUMNS, LEADING, TRAILING = Signs("columns"), Signs("leading"), Signs("trailing")
MARKS, MARKER, PARENTHESES, CARD = Signs("marks"), Signs("marker"), Signs("parentheses"), Signs("card")
FIVE = ("date", "description", "debit", "credit", "balance")

LAYOUTS = (
    Layout("debit-credit", TableForm(FIVE, COLUMNS)),
    Layout("debit-credit-ruled", TableForm(FIVE, COLUMNS, ruling="cells", totals_row=True), balances="both"),
    Layout(
        "credit-before-debit",
        TableForm(("date", "description", "credit", "debit", "balance"), COLUMNS, opening_row=True, closing_row=True),
        ("GB", "IE", "AU", "SG", "SE", "US"),
        balances="table",
    ),
    Layout(
        "value-date",
        TableForm(
            ("date", "value_date", "description", "debit", "credit"), COLUMNS, opening_row=True, closing_row=True
        ),
        ("FR", "BE", "ES", "IT", "PT", "PL"),
        balances="table",
    ),
    Layout(
        "value-date-balance",
        TableForm(("date", "value_date", "description", "amount", "balance"), LEADING),
        ("ES", "IT", "PT", "PL", "CH", "SE", "DE"),
        most_lines=2,
    ),
    Layout("signed-amount", TableForm(("date", "description", "amount", "balance"), LEADING)),
    Layout(
        "trailing-minus",
        TableForm(("date", "value_date", "description", "amount", "balance"), TRAILING, ruling="none"),
        ("DE", "AT", "CH", "NL", "SE"),
        overdrawn=True,
    ),
    Layout(
        "cr-dr-suffix",
        TableForm(("date", "description", "amount", "balance"), MARKS),
        ("IN", "GB", "AU", "SG"),
        overdrawn=True,
        most_lines=2,
    ),
    Layout(
        "marker-column",
        TableForm(("date", "value_date", "description", "amount", "marker"), MARKER),
        ("DE", "AT", "NL", "IT", "ES", "PL", "PT"),
        most_lines=3,
    ),
    Layout(
        "parentheses",
        TableForm(("date", "description", "amount", "balance"), PARENTHESES),
        ("US", "AU", "SG", "GB"),
        overdrawn=True,
    ),
    Layout(
        "dates-without-year",
        TableForm(FIVE, COLUMNS, opening_row=True),
        ("GB", "US", "NL", "FR", "ES", "DE", "SG"),
        balances="both",
        dates=("dd MMM", "dd/MM", "d MMM"),
    ),
    Layout(
        "date-once-a-day",
        TableForm(FIVE, COLUMNS, balances="last", date_once=True, ruling="none", opening_row=True, closing_row=True),
        ("GB", "IE", "AU", "SG"),
        balances="both",
        most_lines=2,
    ),
    Layout(
        "long-texts",
        TableForm(("date", "value_date", "description", "amount"), LEADING, opening_row=True, closing_row=True),
        ("DE", "AT", "CH", "NL", "IT", "SE"),
        balances="table",
        most_lines=4,
        rows=(6, 30),
    ),
    Layout(
        "carried-forward",
        TableForm(FIVE, COLUMNS, carry=True, opening_row=True, closing_row=True),
        balances="both",
        rows=(45, 130),
        most_lines=2,
    ),
    Layout(
        "newest-first",
        TableForm(("date", "description", "amount", "balance"), LEADING, newest_first=True),
        ("GB", "US", "NL", "ES", "SE", "PL", "DE", "AU"),
        rows=(10, 60),
    ),
    Layout("no-balance", TableForm(("date", "description", "amount"), LEADING), totals=True, most_lines=2),
    Layout(
        "several-accounts",
        TableForm(FIVE, COLUMNS, opening_row=True, closing_row=True),
        accounts=2,
        balances="head",
        rows=(5, 22),
    ),
    Layout(
        "card",
        TableForm(("date", "description", "amount"), CARD),
        ("US", "GB", "SG", "AU", "DE", "CH", "SE"),
        kind="card",
        totals=False,
    ),
    Layout(
        "card-two-dates",
        TableForm(("date", "value_date", "description", "amount"), CARD, opening_row=True),
        ("US", "SG", "IN", "FR", "CH", "DE"),
        kind="card",
        balances="both",
        totals=False,
    ),
    Layout(
        "passbook",
        TableForm(FIVE, COLUMNS, ruling="cells", opening_row=True),
        ("DE", "IN", "ES", "IT", "PT"),
        kind="passbook",
        balances="table",
        rows=(5, 25),
    ),
    Layout(
        "reference-column",
        TableForm(("date", "description", "reference", "value_date", "debit", "credit", "balance"), COLUMNS),
        ("IN", "IN", "SG", "PT"),
        most_lines=2,
    ),
    Layout(
        "sections",
        TableForm(("date", "description", "amount"), Signs("columns")),
        ("US", "US", "AU", "GB"),
        sections=True,
        totals=True,
        header="summary",
    ),
    Layout(
        "many-pages",
        TableForm(FIVE, COLUMNS, carry=True, opening_row=True, closing_row=True),
        balances="both",
        rows=(150, 320),
        most_lines=2,
    ),
    Layout(
        "numbered-rows",
        TableForm(("row", "date", "reference", "description", "debit", "credit", "balance"), COLUMNS, totals_row=True),
        ("IN", "PL", "PT", "SG", "DE"),
        balances="both",
        holdout=True,
    ),
    Layout(
        "amount-before-text",
        TableForm(("date", "amount", "balance", "description"), TRAILING),
        ("NL", "SE", "FR", "US", "DE"),
        most_lines=2,
        holdout=True,
    ),
    Layout(
        "headless",
        TableForm(
            ("date", "description", "amount", "balance"),
            MARKS,
            header=False,
            ruling="none",
            opening_row=True,
            closing_row=True,
        ),
        ("GB", "AU", "IN", "DE"),
        balances="table",
        holdout=True,
    ),
    Layout(
        "card-signed",
        TableForm(("date", "value_date", "reference", "description", "amount"), TRAILING),
        ("US", "GB", "DE", "FR"),
        kind="card",
        totals=False,
        holdout=True,
    ),
)


def get_layout(name: str) -> Layout:
    return next(layout for layout in LAYOUTS if layout.name == name)


def draw_statement(layout: Layout | str, seed: int, **wishes: Any) -> Drawn:
    """Draw one document. The same layout, seed and wishes give the same bytes; `wishes` are fields of `Wish`."""
    layout = get_layout(layout) if isinstance(layout, str) else layout
    rng = random.Random(f"{layout.name}/{seed}")
    wish = Wish(
        country=rng.choice(layout.countries),
        kind=layout.kind,
        rows=rng.randint(*layout.rows),
        accounts=layout.accounts,
        most_lines=layout.most_lines,
        overdrawn=layout.overdrawn and rng.random() < 0.7,
    )
    facts = make_statement(replace(wish, **wishes), rng)
    first, _ = _draw(layout, facts, seed, 0)
    draft, order = _draw(layout, facts, seed, first.sheet.page)
    truth = tell_truth(draft, order, layout.name)
    return finish(
        draft.sheet,
        truth,
        kind="bank_statement",
        language=facts.place.language,
        layout=layout.name,
        holdout=layout.holdout,
    )


def _draw(layout: Layout, facts: StatementFacts, seed: int, pages: int) -> tuple[Draft, list[list[Entry]]]:
    draft = open_draft(facts, f"{layout.name}/{seed}/look", dates=layout.dates, header=layout.header, pages=pages)
    totals = layout.totals if layout.totals is not None else draft.rng.random() < 0.4
    several = len(facts.accounts) > 1
    y = draw_head(
        draft, balances=layout.balances in {"head", "both"} and not several, totals=totals, with_account=not several
    )
    order = []
    of_document = draft.sheet.shown
    for account in facts.accounts:
        draft.sheet.shown = set()
        if several:
            y = _account_head(draft, account, y + 14)
        y, entries = _draw_account(draft, layout, account, y)
        order.append(entries)
        draft.shown_by_account.append(draft.sheet.shown)
        y += 18
    draft.sheet.shown = of_document | draft.shown_by_account[0]
    draw_foot(draft)
    return draft, order


def _account_head(draft: Draft, account: AccountFacts, y: float) -> float:
    if y + 150 > draft.sheet.height - 60:
        draw_foot(draft)
        draft.sheet.next_page()
        y = 60.0
    draft.sheet.text(
        draft.left, y, draft.say(account.type_key), bold=True, size=draft.look.size + 2, color=draft.look.accent
    )
    pairs = account_pairs(draft, account)
    y = draw_pairs(draft, draft.left, y + draft.step * 1.3, [*pairs, *balance_pairs(draft, account, totals=False)])
    return y + 4


def _draw_account(draft: Draft, layout: Layout, account: AccountFacts, y: float) -> tuple[float, list[Entry]]:
    if not layout.sections:
        entries = list(account.entries)
        if layout.form.newest_first:
            entries.reverse()
        return draw_table(draft, layout.form, account, entries, y), entries
    ordered: list[Entry] = []
    for key, wanted in (("total_credit", 1), ("total_debit", -1)):
        entries = [entry for entry in account.entries if entry.amount * wanted > 0]
        y = _section(draft, layout.form, account, entries, key, y)
        ordered += entries
    return y, ordered


def _section(
    draft: Draft, form: TableForm, account: AccountFacts, entries: Sequence[Entry], key: str, y: float
) -> float:
    title = {"total_credit": "Deposits and other credits", "total_debit": "Withdrawals and other debits"}[key]
    if y + 90 > draft.sheet.height - 50:
        draw_foot(draft)
        draft.sheet.next_page()
        y = 60.0
    draft.sheet.text(draft.left, y + 14, title, bold=True, size=draft.look.size + 2, color=draft.look.accent)
    y = draw_table(draft, form, account, entries, y + 22)
    sum_ = account.total_credit if key == "total_credit" else account.total_debit
    draft.sheet.text(draft.left, y + 13, f"Total {title.lower()}", bold=True)
    draft.sheet.text(draft.right, y + 13, draft.balance(sum_), bold=True, align="right", shows=key)
    return y + 26
