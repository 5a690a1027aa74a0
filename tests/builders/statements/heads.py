"""The top of a statement: bank, holder, account, period, balances; four arrangements and a short form for later pages."""

from __future__ import annotations

from builders.identifiers import spaced
from builders.statements.draft import Draft
from builders.statements.facts import AccountFacts

Pair = tuple[str, str, tuple[str, ...]]  # label, value, facts shown


def title_key(draft: Draft) -> str:
    return {"card": "title_card", "passbook": "title_passbook"}.get(draft.facts.kind, "title")


def account_pairs(draft: Draft, account: AccountFacts) -> list[Pair]:
    """What identifies the account, in the order of this document."""
    facts, rng = draft.facts, draft.rng
    key = "card_number" if facts.kind == "card" else "account"
    number: Pair = (draft.say(key), account.bank.account, ("account_number",))
    pairs: list[Pair] = []
    if account.bank.iban:
        pairs.append((draft.say("iban"), spaced(account.bank.iban), ("iban",)))
        if rng.random() < 0.5:
            pairs.append((draft.say("bic"), account.bank.bic, ("bic",)))
        if rng.random() < 0.3:
            pairs.insert(0, number)
    else:
        pairs.append(number)
        extra = {
            "IN": ("IFSC Code", account.bank.ifsc),
            "GB": ("Sort Code", account.bank.sort_code),
            "US": ("Routing Number", account.bank.routing),
        }
        if facts.kind != "card" and facts.place.code in extra and rng.random() < 0.6:
            pairs.append((*extra[facts.place.code], ()))
    if rng.random() < 0.4:
        pairs.append((draft.say("account_type"), draft.say(account.type_key), ()))
    if rng.random() < 0.5:
        pairs.append((draft.say("currency"), account.currency, ("currency",)))
    return pairs


def period_pairs(draft: Draft) -> list[Pair]:
    facts, rng = draft.facts, draft.rng
    pairs: list[Pair] = []
    if rng.random() < 0.85:
        value = draft.say("period_value")
        pairs.append((draft.say("period"), value, ("period_start", "period_end")))
    if rng.random() < 0.4:
        pairs.append(
            (draft.say("number"), f"{facts.number}/{facts.end.year}" if rng.random() < 0.5 else str(facts.number), ())
        )
    if rng.random() < 0.4:
        pairs.append((draft.say("issued"), draft.date(facts.end), ()))
    if facts.kind == "card":
        pairs.append((draft.say("credit_limit"), draft.balance(facts.credit_limit), ()))
    return pairs


def balance_pairs(draft: Draft, account: AccountFacts, *, totals: bool) -> list[Pair]:
    """Opening and closing balance and, if wanted, the sums between them."""
    owed = -1 if draft.facts.kind == "card" else 1
    pairs: list[Pair] = [(draft.say("opening"), draft.balance(account.opening * owed), ("opening_balance",))]
    if totals:
        pairs.append((draft.say("total_credit"), draft.balance(account.total_credit), ("total_credit",)))
        pairs.append((draft.say("total_debit"), draft.balance(account.total_debit), ("total_debit",)))
        if draft.rng.random() < 0.3:
            pairs[1:3] = reversed(pairs[1:3])
    pairs.append((draft.say("closing"), draft.balance(account.closing * owed), ("closing_balance",)))
    return pairs


def holder_lines(draft: Draft) -> list[tuple[str, tuple[str, ...]]]:
    facts = draft.facts
    return [(facts.holder, ("account_holder",)), *((line, ()) for line in facts.holder_address.lines)]


def draw_head(draft: Draft, *, balances: bool, totals: bool, with_account: bool = True) -> float:
    """The whole top of the first page; returns where the body may start."""
    account = draft.facts.accounts[0]
    summary = balance_pairs(draft, account, totals=totals) if balances else []
    pairs = [*(account_pairs(draft, account) if with_account else []), *period_pairs(draft)]
    draw = {"letter": _letter, "band": _band, "centered": _centered, "summary": _summary}[draft.look.header]
    return draw(draft, pairs, summary)


def draw_pairs(draft: Draft, x: float, y: float, pairs: list[Pair], *, right: float = 0, limit: float = 0) -> float:
    """Label and value below each other; values flush with `right` when given. Returns the next baseline."""
    sheet, edge = draft.sheet, right or min(draft.right, limit or draft.right)
    if not pairs:
        return y
    labels = max(sheet.text_width(label + draft.look.colon) for label, _, _ in pairs)
    values = max(sheet.text_width(value) for _, value, _ in pairs)
    size = draft.look.size * min(1.0, (edge - x) / (labels + values + 11))
    for label, value, shows in pairs:
        sheet.text(x, y, label + draft.look.colon, color="#333333", size=size)
        at = right or x + labels * size / draft.look.size + 10
        sheet.text(at, y, value, shows=shows, align="right" if right else "left", size=size)
        y += draft.step
    return y


def _bank_name(draft: Draft, x: float, y: float, *, size: float, color: str, align: str = "left") -> None:
    name = draft.facts.accounts[0].bank.bank
    draft.sheet.text(x, y, name, size=size, bold=True, color=color, align=align, shows="bank_name")


def _lines(draft: Draft, x: float, y: float) -> float:
    for text, shows in holder_lines(draft):
        draft.sheet.text(x, y, text, shows=shows)
        y += draft.step
    return y


def _letter(draft: Draft, pairs: list[Pair], summary: list[Pair]) -> float:
    look, sheet = draft.look, draft.sheet
    if draft.rng.random() < 0.6:
        sheet.logo(draft.left, 34, 30, look.accent)
        _bank_name(draft, draft.left + 38, 54, size=look.size + 5, color=look.accent)
    else:
        _bank_name(draft, draft.right, 54, size=look.size + 5, color=look.accent, align="right")
    sheet.text(
        draft.left,
        84,
        " · ".join((draft.facts.accounts[0].bank.bank, *draft.facts.bank_address.lines)),
        size=6.0,
        color="#666666",
    )
    low = _lines(draft, draft.left, 110)
    right_low = draw_pairs(draft, sheet.width / 2 + 20, 96, pairs)
    y = max(low, right_low, 160) + 18
    sheet.text(draft.left, y, draft.say(title_key(draft)), size=look.size + 5, bold=True)
    y += 20
    return draw_pairs(draft, draft.left, y, summary) + 6 if summary else y


def _band(draft: Draft, pairs: list[Pair], summary: list[Pair]) -> float:
    look, sheet = draft.look, draft.sheet
    sheet.fill(0, 0, sheet.width, 56, look.accent)
    _bank_name(draft, draft.left, 36, size=look.size + 7, color="#ffffff")
    sheet.text(
        draft.right, 36, draft.say(title_key(draft)), size=look.size + 3, bold=True, align="right", color="#ffffff"
    )
    middle = sheet.width / 2 + 10
    low = _lines(draft, draft.left, 82)
    right_low = draw_pairs(draft, middle, 82, pairs, right=draft.right)
    y = max(low, right_low) + 12
    if not summary:
        return y
    width = (draft.right - draft.left) / len(summary)
    for number, (label, value, shows) in enumerate(summary):
        x = draft.left + number * width
        sheet.frame(x, y, x + width - 4, y + 36, color="#999999")
        sheet.text(
            x + 5,
            y + 13,
            label,
            size=min(look.size - 1, (look.size - 1) * (width - 14) / sheet.text_width(label, look.size - 1)),
            color="#555555",
        )
        sheet.text(x + 5, y + 28, value, bold=True, shows=shows)
    return y + 50


def _centered(draft: Draft, pairs: list[Pair], summary: list[Pair]) -> float:
    look, sheet = draft.look, draft.sheet
    middle = sheet.width / 2
    _bank_name(draft, middle, 46, size=look.size + 6, color=look.accent, align="center")
    sheet.text(middle, 60, draft.facts.bank_address.one_line, size=look.size - 1, align="center")
    sheet.text(middle, 82, draft.say(title_key(draft)).upper(), size=look.size + 2, bold=True, align="center")
    top = 108.0
    pairs = [(draft.say("holder"), draft.facts.holder, ("account_holder",)), *pairs, *summary]
    half = (len(pairs) + 1) // 2
    low = draw_pairs(draft, draft.left, top, pairs[:half], limit=middle)
    right_low = draw_pairs(draft, middle + 10, top, pairs[half:])
    y = max(low, right_low) + 4
    if draft.rng.random() < 0.5:
        sheet.frame(
            draft.left - 4, top - 14, draft.right + 4, y - 4, color="#777777", round_by=draft.rng.choice([0.0, 5.0])
        )
    return y + 8


def _summary(draft: Draft, pairs: list[Pair], summary: list[Pair]) -> float:
    look, sheet = draft.look, draft.sheet
    _bank_name(draft, draft.left, 50, size=look.size + 8, color=look.accent)
    sheet.text(draft.left, 64, draft.facts.bank_address.one_line, size=look.size - 1, color="#555555")
    sheet.text(draft.right, 50, draft.say(title_key(draft)), size=look.size + 4, align="right")
    low = _lines(draft, draft.left, 100)
    middle = sheet.width / 2 + 16
    y = draw_pairs(draft, middle, 90, pairs, right=draft.right)
    if summary:
        sheet.text(middle, y + 12, draft.say("summary"), bold=True, color=look.accent)
        sheet.rule(middle, y + 16, draft.right, y + 16)
        y = draw_pairs(draft, middle, y + 16 + draft.step, summary, right=draft.right)
    return max(low, y) + 16


def draw_short_head(draft: Draft) -> float:
    """What later pages repeat."""
    look, sheet = draft.look, draft.sheet
    sheet.text(draft.left, 40, draft.facts.accounts[0].bank.bank, size=look.size + 1, bold=True, color=look.accent)
    account = draft.facts.accounts[0].bank
    if draft.rng.random() < 0.5:
        sheet.text(draft.right, 40, spaced(account.iban) if account.iban else account.account, align="right")
    return 56.0


def draw_foot(draft: Draft) -> None:
    """Small print and the page number."""
    sheet = draft.sheet
    size = max(6.0, draft.look.size - 2)
    sheet.text(draft.left, sheet.height - 24, draft.say("fine_print"), size=size, color="#666666")
    text = draft.say("page", page=sheet.page, pages=draft.pages or 1)
    sheet.text(draft.right, sheet.height - 24, text, size=size, align="right", color="#666666")
