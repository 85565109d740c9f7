"""Money and time as pages write them and as the ledger keeps them: whole micro-units and whole seconds."""

from piecework.money.amount import MICRO, AmountError, Money, minor_to_micro, plain, show, to_micro
from piecework.money.days import parse_days
from piecework.money.duration import Duration, parse_time
from piecework.money.pay import PARSER_VERSION, Pay, parse_pay
from piecework.money.places import Places, parse_places

__all__ = [
    "MICRO",
    "PARSER_VERSION",
    "AmountError",
    "Duration",
    "Money",
    "Pay",
    "Places",
    "minor_to_micro",
    "parse_days",
    "parse_pay",
    "parse_places",
    "parse_time",
    "plain",
    "show",
    "to_micro",
]
