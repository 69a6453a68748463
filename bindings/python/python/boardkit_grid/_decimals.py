"""Decimals become numbers of JSON, if no digit is lost."""

from __future__ import annotations

from decimal import Decimal

_MOST_DIGITS = 39
"""Digits of the largest integers that the engine takes, of 128 bits."""


def number_of(value: Decimal) -> int | float | str:
    """Return the number of a Decimal, or the text of an error."""
    if not value.is_finite():
        return f"Decimal is {value}, which JSON cannot say; give a finite number or None"
    if value.adjusted() > _MOST_DIGITS:
        return "Decimal is beyond 128 bits, where digits would be lost; give it as a str"
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    # The shortest text of a float, as in a policy.
    if Decimal(repr(number)) == value:
        return number
    return "Decimal has more digits than a float holds; give it as a str, or round it"
