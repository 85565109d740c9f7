"""What a page may throw at a reader: markup in titles, a megabyte of text, marks that turn it round, odd pays."""

from collections.abc import Iterator

PAYS = ("-5", "NaN", "1e309", "$0.005", "1.234,56 €", "", "0", "$0.00", "Infinity", "$1,000,000,000,000,000.00")
"""Pays as a page may write them."""

TITLES = {
    "script": "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">",
    "attribute": "\"'><svg onload=\"document.title = 'owned'\">",
    "template": "{{ 7 * 7 }} ${7 * 7} <%= 7 * 7 %>",
    "turned": "gnp.\u202etxet tfel-ot-thgir\u202c \u2067isolated\u2069 \u200f\u061c",
    "nul": "before\0after",
    "high": "cut inside an emoji \ud83d",
    "low": "\ude00 begins with half an emoji",
    "combining": "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 40,
    "blanks": "\u00a0\u2003\ufeff\u200b \t\n",
    "line": "one\ntwo\r\nthree\u2028four",
}
"""Titles by what is wrong with them."""

MEGABYTE = 1_000_000


def tasks(width: int = 24) -> Iterator[dict[str, object]]:
    """Fields of one task per title, per pay, and one with a title of a megabyte.

    Ids have `width` hexadecimal digits and say which is which: badc0de… a title, badca5e… a pay, b16… the long one.
    """
    for number, (name, title) in enumerate(TITLES.items()):
        given = f"badc0de{number:0{width - 7}x}"
        yield {"id": given, "title": title, "requester": f"title {name}", "pay_micro": 100_000}
    for number, pay in enumerate(PAYS):
        yield {"id": f"badca5e{number:0{width - 7}x}", "title": f"pay {number}", "pay_text": pay, "pay_micro": 0}
    yield {"id": f"b16{0:0{width - 3}x}", "title": "long " * (MEGABYTE // 5), "pay_micro": 100_000}


JSON_PAYS: tuple[object, ...] = (
    -5,
    "NaN",
    "@raw:1e309@",
    "@raw:0.5@",
    "1.234,56",
    None,
    True,
    [80],
    "@raw:99999999999999999999@",
)
"""Amounts in minor units as an answer may hold them; `@raw:…@` stands in the JSON as written."""


def studies() -> Iterator[dict[str, object]]:
    """The same for a JSON answer: titles, and amounts (ids badf00d…) that are no whole number of pence."""
    for one in tasks():
        yield {key: value for key, value in one.items() if key != "pay_text"}
    for number, pay in enumerate(JSON_PAYS):
        reward = {"study_reward": {"amount": pay, "currency": "GBP"}}
        yield {"id": f"badf00d{number:017x}", "title": f"amount {number}", "extra": {"json": reward}}


def flood(count: int) -> Iterator[dict[str, object]]:
    """As many well-formed tasks as are wanted."""
    for number in range(count):
        yield {
            "title": f"Row {number}: label one picture",
            "requester": "Practice Lab North",
            "pay_micro": 10_000 * (1 + number % 50),
            "minutes": 1 + number % 9,
            "places": 10 + number % 90,
        }
