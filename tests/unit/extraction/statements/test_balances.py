from decimal import Decimal

from bursar.extraction.amounts import read_amount
from bursar.extraction.statements.balances import settle_chain
from bursar.extraction.statements.cells import Money
from bursar.extraction.statements.items import Mark, Movement
from bursar.facts.box import Box

NOWHERE = Box(0, 0, 1, 1)


def money(text):
    return Money(read_amount(text), NOWHERE, (), whole=True)


def move(**moneys):
    return Movement(1, NOWHERE, None, None, {role: money(text) for role, text in moneys.items()})


def settle(items, *, opening=None, closing=None, card=False):
    openings = [] if opening is None else [(Decimal(opening), None)]
    closings = [] if closing is None else [(Decimal(closing), None)]
    return settle_chain(items, openings, closings, card=card)


def deltas(chain):
    return [str(delta) for delta in chain.deltas]


def test_amounts_without_any_sign_are_settled_by_the_running_balance():
    rows = [move(amount="10.00", balance="90.00"), move(amount="5.00", balance="95.00")]
    chain = settle(rows, opening="100.00")
    assert deltas(chain) == ["-10.00", "5.00"]
    assert not chain.assumed


def test_several_unsigned_amounts_before_one_balance_need_a_single_solution():
    rows = [move(amount="10.00"), move(amount="3.00"), move(amount="1.00", balance="94.00")]
    assert deltas(settle(rows, opening="100.00")) == ["-10.00", "3.00", "1.00"]


def test_a_sign_that_two_solutions_share_is_assumed_and_said():
    rows = [move(amount="3.00"), move(amount="3.00", balance="100.00")]
    assert settle(rows, opening="100.00").assumed == frozenset({0, 1})


def test_a_balance_that_debits_raise_is_what_the_holder_of_a_card_owes():
    rows = [move(debit="10.00", balance="110.00"), move(credit="5.00", balance="105.00")]
    chain = settle(rows, opening="100.00", card=True)
    assert deltas(chain) == ["-10.00", "5.00"]
    assert (chain.opening, chain.closing) == (Decimal("-100.00"), Decimal("-105.00"))


def test_columns_whose_headings_mean_the_other_side_are_swapped():
    rows = [move(debit="10.00", balance="110.00"), move(credit="5.00", balance="105.00")]
    chain = settle(rows, opening="100.00")
    assert chain.convention.swapped
    assert deltas(chain) == ["10.00", "-5.00"]


def test_newest_first_is_told_by_the_chain():
    rows = [move(amount="-5.00", balance="85.00"), move(amount="-10.00", balance="90.00")]
    chain = settle(rows, opening="100.00")
    assert chain.convention.newest_first
    assert (chain.opening, chain.closing) == (Decimal("100.00"), Decimal("85.00"))


def test_purchases_on_a_card_are_debits_and_balances_are_owed():
    rows = [move(amount="20.00"), move(amount="5.00 CR")]
    chain = settle(rows, opening="100.00", closing="115.00", card=True)
    assert deltas(chain) == ["-20.00", "5.00"]
    assert (chain.opening, chain.closing, chain.closes) == (Decimal("-100.00"), Decimal("-115.00"), True)


def test_one_marker_alone_means_that_the_rest_goes_the_other_way():
    assert deltas(settle([move(amount="20.00"), move(amount="5.00 CR")])) == ["-20.00", "5.00"]


def test_the_opening_balance_that_leads_to_the_rows_is_chosen():
    rows = [move(amount="-10.00", balance="90.00")]
    chain = settle_chain(rows, [(Decimal("70.00"), None), (Decimal("100.00"), None)], [], card=False)
    assert chain.opening == Decimal("100.00")


def test_balances_between_movements_are_links_of_the_chain():
    carried = Mark(1, "closing", money("90.00"), "balance")
    brought = Mark(2, "opening", money("90.00"), "balance")
    chain = settle([move(amount="-10.00"), carried, brought, move(amount="-5.00", balance="85.00")], opening="100.00")
    assert (chain.held, chain.broken) == (3, 0)


def test_a_broken_link_is_counted_and_nothing_is_bent():
    rows = [move(amount="-10.00", balance="90.00"), move(amount="-5.00", balance="80.00")]
    chain = settle(rows, opening="100.00")
    assert chain.broken == 1
    assert deltas(chain) == ["-10.00", "-5.00"]
