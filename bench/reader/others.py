"""Pages without tasks that repeat rows with money, times and tempting words all the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from bench.reader.tasks import Made

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

CURRENCIES: Final = ("${:.2f}", "{:.2f} €", "£{:.2f}", "CHF {:.2f}")
THINGS: Final = (
    "Oak chair",
    "Desk lamp",
    "Rain jacket",
    "Kettle",
    "Walking shoes",
    "Board game",
    "Wool blanket",
    "Bicycle bell",
)
SENTENCE: Final = (
    "The river rose again in spring and the survey of the old bridge took ten minutes more than anyone had said"
)
PLACES: Final = ("Velm", "Norhaven", "Quarrow", "Estby", "Lund", "Marsi")


def _word(rng: Random) -> str:
    return rng.choice(SENTENCE.lower().split())


def _text(rng: Random, words: int) -> str:
    return " ".join(_word(rng) for _ in range(words)).capitalize() + "."


def _money(rng: Random, top: float = 200) -> str:
    return rng.choice(CURRENCIES).format(rng.uniform(1, top))


def _article(rng: Random) -> str:
    parts = "".join(
        f"<h2>{_text(rng, 5)}</h2><p>{_text(rng, 70)}</p><p>It cost {_money(rng)} and took {rng.randint(2, 90)} minutes.</p>"
        for _ in range(6)
    )
    return f"<h1>How I earned {_money(rng)} with surveys</h1><article>{parts}</article>"


def _shop(rng: Random) -> str:
    cards = "".join(
        f'<li class="product"><a href="/p/{at}{rng.randint(100, 999)}">{rng.choice(THINGS)} {at}</a><span class="price">{_money(rng)}</span><button>Add to cart</button></li>'
        for at in range(24)
    )
    return f"<h1>Furniture</h1><ul>{cards}</ul>"


def _quiet_shop(rng: Random) -> str:
    cards = "".join(
        f'<div class="tile"><a href="/item/{rng.randint(1000, 9999)}"><h3>{rng.choice(THINGS)}</h3></a><p>{_text(rng, 8)}</p><b>{_money(rng, 20)}</b></div>'
        for _ in range(18)
    )
    return f"<h1>New arrivals</h1><div>{cards}</div>"


def _forum(rng: Random) -> str:
    rows = "".join(
        f'<tr><td><a href="/t/{rng.randint(1000, 9999)}">Which survey site pays {_money(rng, 9)} for {rng.randint(3, 30)} minutes? {at}</a></td><td>user{rng.randint(1, 99)}</td><td>{rng.randint(0, 90)} replies</td><td>{rng.randint(9, 900)} views</td><td>{rng.randint(1, 23)} hours ago</td></tr>'
        for at in range(25)
    )
    return f"<h1>Beermoney board</h1><table>{rows}</table>"


def _bank(rng: Random) -> str:
    rows = "".join(
        f"<tr><td>2026-{rng.randint(1, 9):02d}-{rng.randint(10, 28)}</td><td>{rng.choice(('Card payment', 'Transfer from Clickboard', 'PayPal payout', 'Rent', 'Salary'))}</td><td>{rng.choice(('-', '+'))}{_money(rng)}</td><td>Balance {_money(rng, 4000)}</td></tr>"
        for _ in range(30)
    )
    return f"<h1>Account statement</h1><table><tr><th>Date</th><th>Text</th><th>Amount</th><th>Balance</th></tr>{rows}</table>"


def _mail(rng: Random) -> str:
    rows = "".join(
        f'<div role="row" class="mail unread"><span>{rng.choice(PLACES)} Research</span><a href="#m{at}">New study: earn {_money(rng, 9)} in {rng.randint(3, 40)} minutes</a><span>{rng.randint(1, 12)}:{rng.randint(10, 59)}</span></div>'
        for at in range(30)
    )
    return f"<h1>Inbox</h1><div>{rows}</div>"


def _plans(rng: Random) -> str:
    cards = "".join(
        f"<div><h3>{name}</h3><p>{_money(rng, 90)} per month</p><ul><li>{rng.randint(2, 90)} projects</li><li>Support in {rng.randint(1, 48)} hours</li></ul><a href='/buy'>Choose plan</a></div>"
        for name in ("Free", "Team", "Business", "Giant")
    )
    return f"<h1>Pricing</h1><div>{cards}</div>"


def _events(rng: Random) -> str:
    rows = "".join(
        f'<li><h3><a href="/e/{rng.randint(100, 999)}">Evening in {rng.choice(PLACES)}</a></h3><time>{rng.randint(1, 28)} March 2026, 19:30</time><p>Tickets {_money(rng, 60)}</p><p>{rng.randint(40, 180)} minutes</p></li>'
        for _ in range(14)
    )
    return f"<h1>Concerts</h1><ul>{rows}</ul>"


def _recipes(rng: Random) -> str:
    cards = "".join(
        f'<article><h2><a href="/r/{at}0{at}">{rng.choice(("Lentil soup", "Apple cake", "Flat bread"))} {at}</a></h2><p>{rng.randint(10, 90)} min · serves {rng.randint(2, 8)}</p><p>{_text(rng, 15)}</p></article>'
        for at in range(16)
    )
    return f"<h1>Recipes</h1>{cards}"


def _homes(rng: Random) -> str:
    rows = "".join(
        f'<div class="home"><a href="/h/{rng.randint(1000, 9999)}">{rng.randint(1, 5)} bedrooms in {rng.choice(PLACES)}</a><b>{_money(rng, 2400)} per month</b><span>{rng.randint(20, 140)} m²</span></div>'
        for _ in range(20)
    )
    return f"<h1>For rent</h1>{rows}"


def _results(rng: Random) -> str:
    rows = "".join(
        f'<div><h3><a href="https://site{at}.example/{rng.randint(10, 99)}">{_text(rng, 6)}</a></h3><cite>site{at}.example</cite><p>{_text(rng, 25)} Earn {_money(rng, 9)} an hour.</p></div>'
        for at in range(10)
    )
    return f"<h1>Results for paid surveys</h1>{rows}"


def _scores(rng: Random) -> str:
    rows = "".join(
        f"<tr><td>{rng.randint(10, 22)}:{rng.choice(('00', '30'))}</td><td>{rng.choice(PLACES)}</td><td>{rng.randint(0, 5)}:{rng.randint(0, 5)}</td><td>{rng.choice(PLACES)}</td></tr>"
        for _ in range(20)
    )
    return f"<h1>Today</h1><table>{rows}</table>"


def _orders(rng: Random) -> str:
    rows = "".join(
        f'<tr><td><a href="/o/{rng.randint(10000, 99999)}">Invoice {rng.randint(10000, 99999)}</a></td><td>{rng.randint(1, 28)}.3.2026</td><td>{_money(rng)}</td><td>{rng.choice(("Paid", "Refund", "Open"))}</td></tr>'
        for _ in range(15)
    )
    return f"<h1>Your orders</h1><table>{rows}</table>"


def _earned(rng: Random) -> str:
    rows = "".join(
        f"<tr><td>{rng.randint(1, 28)} Mar 2026</td><td>{_text(rng, 4)}</td><td>{_money(rng, 5)}</td><td>{rng.choice(('Approved', 'Rejected', 'Paid'))}</td></tr>"
        for _ in range(25)
    )
    return f"<h1>Payment history</h1><table><tr><th>Date</th><th>Task</th><th>Reward</th><th>Status</th></tr>{rows}</table>"


def _reference(rng: Random) -> str:
    rows = "".join(
        f'<dt><a href="#f{at}">task_{_word(rng)}({_word(rng)}, timeout={rng.randint(1, 60)} s)</a></dt><dd>{_text(rng, 18)}</dd>'
        for at in range(40)
    )
    return f"<h1>Tasks and jobs — API reference</h1><dl>{rows}</dl>"


KINDS: Final[dict[str, Callable[[Random], str]]] = {
    "article": _article, "shop": _shop, "quiet-shop": _quiet_shop, "forum": _forum, "bank": _bank, "mail": _mail, "plans": _plans, "events": _events,
    "recipes": _recipes, "homes": _homes, "results": _results, "scores": _scores, "orders": _orders, "earned": _earned, "reference": _reference,
}  # fmt: skip


def pages(seed: int, *, each: int = 8) -> list[Made]:
    """Every kind `each` times: 120 pages by default."""
    made = []
    for name, write in KINDS.items():
        for at in range(each):
            rng = random.Random(f"{name} {seed} {at}")  # noqa: S311 - test data, not a secret
            menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/about'>About</a></li></ul></nav>"
            body = write(rng)
            made.append(
                Made(
                    f"{name}-{at}",
                    f"<!doctype html><html lang='en'><head><title>{name}</title></head><body>{menu}<main>{body}</main><footer>Imprint</footer></body></html>",
                    0,
                )
            )
    return made
