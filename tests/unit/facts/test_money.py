from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bursar.facts.money import (
    decimals_of,
    is_close,
    is_product,
    last_place,
    product_tolerance,
    round_to,
    sum_tolerance,
    total_of,
)

prices = st.decimals(min_value=0, max_value=9999, places=4)
quantities = st.decimals(min_value=0, max_value=999, places=2)


def test_a_sum_is_exact():
    assert total_of([Decimal("0.10")] * 3) == Decimal("0.30")
    assert total_of([]) == 0


def test_halves_round_up_as_on_paper():
    assert round_to(Decimal("2.345")) == Decimal("2.35")
    assert round_to(Decimal("2.32"), Decimal("0.05")) == Decimal("2.30")


def test_decimals_are_counted_as_printed():
    assert decimals_of(Decimal("12.50")) == 2
    assert decimals_of(Decimal(12)) == 0
    assert last_place(Decimal("12.5"), Decimal("3.25")) == Decimal("0.01")


@given(prices, quantities)
def test_rounding_the_factors_stays_within_the_tolerance_of_the_product(price, quantity):
    printed_price = round_to(price)
    exact = round_to(price * quantity)
    assert is_close(exact, printed_price * quantity, tolerance=product_tolerance(printed_price, quantity))


def test_a_wrong_digit_is_outside_the_tolerance():
    assert not is_close(
        Decimal("573.00"), Decimal("578.00"), tolerance=product_tolerance(Decimal(3), Decimal("191.00"))
    )


@given(st.lists(prices, max_size=20))
def test_a_sum_of_rounded_parts_stays_within_its_tolerance(parts):
    rounded = total_of(round_to(part) for part in parts)
    assert is_close(rounded, total_of(parts), tolerance=sum_tolerance(len(parts)))


def test_a_product_is_told_within_the_rounding_of_its_factors():
    assert is_product(Decimal("38.08"), Decimal("3.2"), Decimal("11.90"))
    assert is_product(Decimal("33.33"), Decimal("0.333"), Decimal("100.00"))
    assert not is_product(Decimal("574.00"), Decimal(3), Decimal("191.00"))
