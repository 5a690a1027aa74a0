"""Times of day as they are printed."""

import pytest

from bursar.extraction.times import find_times


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:32", "14:32"), ("2:32 PM", "14:32"), ("12:05 a.m.", "00:05"), ("12:41 pm", "12:41"), ("14h32", "14:32"),
        ("14.32 Uhr", "14:32"), ("kl. 9.05", "09:05"), ("2024-05-03T09:05:33+02:00", "09:05:33"), ("午後2時32分", "14:32"),
        ("19:42 PM", "19:42"), ("04/03/201815:41", "15:41"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_24_hours(text, time):
    assert [found.text for found in find_times(text)] == [time]


@pytest.mark.parametrize(
    "text", ["9:00 - 18:00", "9 am to 5:00 pm", "14.32", "16:9", "13:99", "12:30 %", "IPv6 fe80:12:34", "1:234"]
)
def test_spans_ratios_and_amounts_are_no_time(text):
    assert find_times(text) == []
