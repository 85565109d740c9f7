"""Exchange rates, exact and dated: what one currency was worth in another, on which day, by whose word.

Reference rates are the European Central Bank's (units per euro, working days since 1999-01-04), imported once into
table `rate` from a packaged copy of the bank's file; newer ones and the person's own come by `rates import`. Nothing
is fetched. A rate is decimal text and never a float.
"""

from piecework.rates.convert import FIRM_DAYS, Quote, Rate, age, chain, convert, inverse
from piecework.rates.own import read_own
from piecework.rates.reference import read_reference
from piecework.rates.table import ECB, EXCHANGED, OWN, add, add_own, find, known

__all__ = [
    "ECB",
    "EXCHANGED",
    "FIRM_DAYS",
    "OWN",
    "Quote",
    "Rate",
    "add",
    "add_own",
    "age",
    "chain",
    "convert",
    "find",
    "inverse",
    "known",
    "read_own",
    "read_reference",
]
