"""A file of every format, of as many rows as wanted, each with a title, a day and an amount that a test chooses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.agent.importing import PAYPAL, PROLIFIC

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WISE = "TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance"
PAYONEER = (
    "Transaction Date,Transaction Time,Time Zone,Transaction ID,Description,Credit Amount,Debit Amount,Currency,"
    "Status,Running Balance,Additional Description,Store Name"
)
TOGGL = "Description,Billable,Duration,Member,Email,Project,Tags,Start date,Start time,Stop date,Stop time"
CLOCKIFY = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
    "Duration (h),Duration (decimal)"
)


class Entry(NamedTuple):
    """What one row says. `day` is written as each format writes days, `amount` as it stands."""

    title: str = "Task"
    day: str = "2026-03-15"
    amount: str = "1.25"


class Sample(NamedTuple):
    """A format's file. `line` writes a row by its number, `whole` puts rows together; `money` where it holds any."""

    line: Callable[[int, Entry], str]
    whole: Callable[[list[str]], str]
    kind: str = "table"
    options: dict[str, Any] = {}  # noqa: RUF012 - read only
    money: bool = True

    def text(self, entries: Sequence[Entry] | int) -> str:
        """The file of these rows, or of so many."""
        some = [Entry()] * entries if isinstance(entries, int) else entries
        return self.whole([self.line(number, entry) for number, entry in enumerate(some, start=1)])

    def row_of(self, number: int) -> int:
        """How the file counts its row: a table's header is row 1."""
        return number + 1 if self.kind == "table" else number


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _table(header: str) -> Callable[[list[str]], str]:
    return lambda rows: "\r\n".join((header, *rows)) + "\r\n"


def _lines(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


def _clock(number: int) -> str:
    return f"{number // 60 % 24:02}:{number % 60:02}"


def _day(text: str, order: str) -> str:
    """An ISO day in another order: "dmy", "mdy" or "packed"."""
    year, month, day = text.split("-")
    return {"dmy": f"{day}/{month}/{year}", "mdy": f"{month}/{day}/{year}", "packed": year + month + day}[order]


def _suite(number: int, entry: Entry) -> str:
    return (
        f'{{"hit_id":"HIT{number}","title":{json.dumps(entry.title)},"state":"Paid",'
        f'"date":"{_day(entry.day, "packed")}","reward":{{"amount_in_dollars":{entry.amount},"currency_code":"USD"}}}}'
    )


def _hitdb(number: int, entry: Entry) -> str:
    return (
        f'{{"hitId":"HIT{number}","title":{json.dumps(entry.title)},"status":"Paid","date":"{entry.day}",'
        f'"reward":{entry.amount}}}'
    )


def _engine(number: int, entry: Entry) -> str:
    return (
        f'"HIT{number}":{{"id":"HIT{number}","title":{json.dumps(entry.title)},"status":"Paid",'
        f'"date":"{_day(entry.day, "mdy").replace("/", "")}","reward":{entry.amount}}}'
    )


def _microworkers(number: int, entry: Entry) -> str:
    return (
        f'{{"task_id":"{number}","title":{json.dumps(entry.title)},"status_label":"Satisfied",'
        f'"earned":"${entry.amount}","finished":"{_day(entry.day, "mdy")} {_clock(number)}:00"}}'
    )


def _activitywatch(number: int, entry: Entry) -> str:
    return (
        f'{{"id":{number},"timestamp":"{entry.day}T{_clock(number)}:00+00:00","duration":30,'
        f'"data":{{"url":"https://app.prolific.com/studies","title":{json.dumps(entry.title)}}}}}'
    )


def _prolific(number: int, entry: Entry) -> str:
    clock = _clock(number)
    return (
        f"{_cell(entry.title)},£{entry.amount},£0.00,{entry.day} {clock}:01,{entry.day} {clock}:30,C{number},APPROVED"
    )


def _paypal(number: int, entry: Entry) -> str:
    payer = _cell(f"Prolific {entry.title}")
    return (
        f"{_day(entry.day, 'dmy')},{_clock(number)}:00,CET,{payer},Mass Pay Payment,Completed,USD,"
        f"{entry.amount},-0.25,1.00,a@b.example,c@d.example,T{number}"
    )


def _payoneer(number: int, entry: Entry) -> str:
    payer = _cell(f"Prolific {entry.title}")
    return (
        f"{_day(entry.day, 'mdy')},{_clock(number)}:00,UTC,P{number},{payer},{entry.amount},,USD,Completed,{number},,"
    )


def _wise(number: int, entry: Entry) -> str:
    payer = _cell(f"Prolific {entry.title}")
    return f"TRANSFER-{number},{_day(entry.day, 'dmy').replace('/', '-')},{entry.amount},EUR,{payer},,{number}"


def _toggl(number: int, entry: Entry) -> str:
    begun, ended = f"{entry.day},{_clock(number)}:00", f"{entry.day},{_clock(number)}:30"
    return f"{_cell(entry.title)},No,0:00:30,A,a@b.example,Prolific,-,{begun},{ended}"


def _clockify(number: int, entry: Entry) -> str:
    day = _day(entry.day, "dmy")
    return (
        f"Prolific,,{_cell(entry.title)},,A,,a@b.example,,No,{day},{_clock(number)}:00,{day},{_clock(number)}:30,"
        "00:00:30,0.01"
    )


def _sproutgigs(number: int, entry: Entry) -> str:
    return f"{entry.day} {_clock(number)}\tSproutGigs task {entry.title}\t${entry.amount}"


def _generic(number: int, entry: Entry) -> str:
    return f"{_day(entry.day, 'dmy')},{number},{_cell(entry.title)},{entry.amount}"


def _pasted(number: int, entry: Entry) -> str:
    return f"{entry.day} {_clock(number)}\t{entry.title}\t${entry.amount}\tapproved"


def _listed(head: str, tail: str) -> Callable[[list[str]], str]:
    return lambda rows: head + ",\n".join(rows) + tail


MAPPING = {"date": "Day", "amount": "Net", "title": "What", "id": "No", "platform": "=a-site", "currency": "=EUR"}
_TABS = '{"buckets":{"web":{"id":"web","type":"web.tab.current","events":['
SAMPLES: dict[str, Sample] = {
    "mturk-suite": Sample(_suite, _listed('{"hits":[', '],"days":[]}'), "json"),
    "hitdb": Sample(_hitdb, _listed('{"HIT":[', '],"STATS":[]}'), "json"),
    "mturk-engine": Sample(_engine, _listed("{", "}"), "json"),
    "microworkers": Sample(_microworkers, _listed('{"rows":[', "]}"), "json"),
    "activitywatch": Sample(_activitywatch, _listed(_TABS, "]}}}"), "json", money=False),
    "prolific": Sample(_prolific, _table(PROLIFIC)),
    "paypal": Sample(_paypal, _table(PAYPAL)),
    "payoneer": Sample(_payoneer, _table(PAYONEER)),
    "wise": Sample(_wise, _table(WISE)),
    "toggl": Sample(_toggl, _table(TOGGL), money=False),
    "clockify": Sample(_clockify, _table(CLOCKIFY), money=False),
    "generic": Sample(_generic, _table("Day,No,What,Net"), options={"columns": MAPPING}),
    "sproutgigs": Sample(_sproutgigs, _lines, "text"),
    "pasted": Sample(_pasted, _lines, "text", {"platform": "a-site"}),
}
