"""Rows that real sites showed, put back into the shape their definitions read; nothing recorded is kept here."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


class Recorded(NamedTuple):
    """A page (and the answer it fetched), and per row what must come out: title, micro-units, per, places left."""

    url: str
    page: str
    answer: tuple[str, Any] | None
    rows: list[tuple[str, int | None, str | None, int | None]]


def load(folder: Path, name: str) -> Any:  # noqa: ANN401 - JSON of any shape
    """One recorded file."""
    return json.loads((folder / name).read_text("utf-8"))


def microworkers(folder: Path) -> Recorded:
    """A job of the second host, to be done by 3,000."""
    [row] = load(folder, "tasks_list_row_2026-09.json")
    done = f"{row['positions_done']}/{row['positions_total']}"
    page = (
        f'<div class="joblistarea"><div class="jobslist" id="campaign{row["campaign_id"]}"><div class="jobname">'
        f'<a href="{row["url"]}">{html.escape(row["title"])}</a></div><div class="jobpayment">{row["payment"]}</div>'
        f'<div class="jobdone">{done}</div></div></div>'
    )
    return Recorded("https://www.microworkers.com/jobs.php", page, None, [(row["title"], 100_000, "task", 15)])


def sproutgigs(folder: Path) -> Recorded:
    """Pays that are JSON numbers, with a zero that is stated and a tenth of a cent."""
    jobs = load(folder, "jobs_list_2025-02.json")["jobs"]
    rows = "".join(
        f'<a class="jobs__item" href="https://sproutgigs.com{job["url"]}"><span class="js-job-item-name">'
        f'{html.escape(job["title"])}</span><div class="jobs__item-cell jobs__item-cell--payment">'
        f"${job['payment']['amount']}</div></a>"
        for job in jobs
    )
    told = [(" ".join(job["title"].split()), round(job["payment"]["amount"] * 1_000_000), "task", None) for job in jobs]
    return Recorded("https://sproutgigs.com/jobs.php", f'<div class="job-list jobs__items">{rows}</div>', None, told)


def uhrs(folder: Path) -> Recorded:
    """Decimal comma, sign behind, a count with k, private glyphs, two texts glued together."""
    title, glyph, price, left, what, glued, *_ = load(folder, "task_card_lines_2022.json")["lines"]
    badge = "task-card__body__badges-row__badge"
    page = (
        f'<div class="tasks-as-grid-grid"><div><div class="task-card__title__caption">{title}</div>{glyph}'
        f'<div class="task-card__body"><span class="{badge}">{price}</span><span class="{badge}">{left}</span></div>'
        f'{what}<div class="task-card__meta">{glued}</div></div></div>'
    )
    url = "https://www.uhrs.ai/marketplace/tasks/all"
    return Recorded(url, page, None, [(title, 50_000, "task", 1_442_600)])


def oneforma(folder: Path) -> Recorded:
    """Amount, sign and unit in three fields of the answer, under the site's own keys."""
    [row] = load(folder, "list_job_row_2026-09-02.json")
    names = {
        "jobId": "id",
        "postTitle": "title",
        "projectName": "project_name",
        "rate": "rate",
        "rateMin": "rate_min",
        "rateMax": "rate_max",
        "rateUnitValue": "rate_unit",
        "rateCurrencySymbol": "rate_currency_symbol",
    }
    answer = {"success": True, "data": {"records": [{own: row[name] for own, name in names.items()}]}}
    base = "https://my.oneforma.com"
    told = [(row["title"], 100_000_000, "hour", None)]
    return Recorded(f"{base}/contributor/jobs/apply", "", (f"{base}/api/resource/job/v1/list-job", answer), told)


def outlier(folder: Path) -> Recorded:
    """An entry of the queue without a price: none, not nothing."""
    [row] = load(folder, "queue_assignment_fixture_2025-02.json")
    url = {"type": "relative_url", "url": row["url"].removeprefix("https://app.outlier.ai")}
    entry = {"projectId": row["project_id"], "type": row["type"]}
    entry["JSONResponse"] = {"displayName": row["display_name"], "qualificationCallToAction": url}
    answer = ("https://app.outlier.ai/internal/v2/tasks/peek_queue", {"assignments": [entry], "isEmptyQueue": False})
    return Recorded("https://app.outlier.ai/en/expert/tasks", "", answer, [(row["display_name"], None, None, None)])


def dataannotation(folder: Path) -> Recorded:
    """A rate per hour; the row stood among the projects to report time for and is put among the projects."""
    props = load(folder, "worker_projects_props_2026-05.json")
    [row] = props["reportableProjectsInfo"]
    props["dashboardMerchTargeting"]["projects"] = [row]
    told = html.escape(json.dumps(props))
    page = f'<div id="workers/WorkerProjectsTable-hybrid-root" data-props="{told}"></div>'
    url = "https://app.dataannotation.tech/workers/projects"
    return Recorded(url, page, None, [(row["name"], 40_000_000, "hour", 0)])


ROWS = {one.__name__: one for one in (microworkers, sproutgigs, uhrs, oneforma, outlier, dataannotation)}
"""Platform to what makes its recorded rows a page."""
