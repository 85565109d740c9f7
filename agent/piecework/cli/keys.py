"""What `--json` prints, command by command: keys that stay. docs/cli.md is made from it, tests hold it."""

from __future__ import annotations

from typing import Final

ANSWERS: Final[dict[str, str]] = {
    "account": "[{platform, account, state, first_seen_us}]",
    "add": "{assignment, platform, micro, currency}",
    "alerts": "[{id, platform, task, system, title, reason, rule, at_us, dom_at_us, stored_at_us, shown_at_us, "
    "deliveries: [{channel, state, at_us}]}]",
    "backup": "{path, bytes}",
    "demo": "{steps: [{name, at_us, ok}], task, alert, assignment, earnings}",
    "doctor": "{checks: [{name, ok, state: ok | open | bad, detail}]}",
    "earnings": "[{platform, account, currency, submitted, approved, rejected, paid, fee, bonus, unknown, "
    "home: {currency, rate, day, source, age_days, firm, submitted, approved, rejected, paid, fee, bonus}}]",
    "edit": "{event, assignment}",
    "exchange": "{event, rate, reference: {rate, day, source}, loss}",
    "extension": "{chromium, firefox}",
    "forecast": "[{platform, kind, zone, state: too_little | even | clear, tasks, unknown, watched_h, days, mean, "
    "hours: [{hour, tasks, watched_h, rate, low, high}], best: {start_us, end_us, expected, low, high} or null}]",
    "forget": "{rows, balances: [{sort, currency, micro}], rewritten, removed}",
    "health": "[{platform, list, account, state, cause, since_us, last_look_us, last_good_us, next_look_us, tasks, "
    "unreadable}]",
    "history": "[{seq, id, at_us, recv_us, source, platform, account, kind, task, assignment, body, derived, "
    "day_platform, day_local}]",
    "import": "{format, rows, new, known, refused: [{row, cause}], sums: {currency: micro}}; of several files a list",
    "open": "{url}",
    "pair": "--list: {clients: [{cid, origin, name, browser, paired_us, last_seen_us, revoked, connected}], pending}; "
    "--issue: {cid, key, origin, port}; --approve, --revoke: {cid}",
    "overdue": "[{id, platform, account, title, requester, state, submitted_us, due_us, pay_micro, pay_currency, days, "
    "rule_days}]; --requesters: [{platform, requester, currency, waiting, unknown, micro, overdue, overdue_micro, "
    "oldest_us}]",
    "payouts": "[{event, at_us, day, platform, account, currency, gross, fee, bank, source, named, single, "
    "cover: {first, last, beyond}}]",
    "parse": "pay: [{state, micro, max_micro, currency, per, raw, parser}]; time: [{state, min_s, max_s, kind, raw}]",
    "platforms": "[{id, name, aliases, life, route, tier, evidence, evidence_date, rule, missing, help, last_good_us, "
    "life_date, life_source, successor, evidence_source, approval_days, approval, payout, points, zone, rule_quote, "
    "rule_source, rule_date, looks, session_hours, session_source}]",
    "rates": "list: [{currency, per_eur, day, source, age_days, firm}]; show: {base, quote, rate, day, source, "
    "age_days, firm}; own: [{event, day, given, fee, received, from, to, rate, reference, loss, age_days, firm}]; "
    "import: {source, rows, first, last, currencies}; home: {home}",
    "rebuild": "{attempts}",
    "reconcile": "[{platform, account, period, from, to, currency, state: agrees | differs | kept | waiting | unread, "
    "differences: {name: micro}, figures: [{name, theirs, ours, difference, their_n, our_n}], at_us, statement, "
    "reason, settled_event}]; --settle: {platform, account, period, currency, how, differences, events}",
    "reparse": "{corrections, dry_run, changes: [{event, kind, platform, assignment, before, after}]}",
    "restore": "{restored, aside}",
    "statement": "{from, to, platform, months: [{month, currency, submitted, approved, rejected, bonus, paid, fee, n, "
    "earned}], platforms, totals, active_us, told: {typed, import}, "
    "home: {currency, received, unconverted: [{currency, micro}]} or null}",
    "status": "{running, version, data, pid, port, started_us, connected, notices, working}",
    "stop": "{stopping}",
    "tasks": "[{platform, system, id, account, title, requester, pay: {state, micro, max_micro, currency, per, raw}, "
    "hourly: {micro, currency, from}, minutes, places, url, first_seen_us, last_seen_us, state}]",
    "time": "[{id, platform, account, task, assignment, kind, start_us, end_us, active_us, source, site_us}]",
    "undo": "{events, undoes}",
    "verify": "{events, postings, differences}",
}
