"""What a driver may tell a pretend site: one JSON object, `do` names what, the rest are its arguments."""

from collections.abc import Callable, Mapping
from typing import Any

from piecework.practice.stage import Stage
from piecework.practice.things import State
from piecework.practice.world import WorldError

Arguments = Mapping[str, Any]
Answer = dict[str, object]

MOVES = {
    "submit": State.SUBMITTED,
    "return": State.RETURNED,
    "expire": State.EXPIRED,
    "revise": State.REVISE,
    "approve": State.APPROVED,
    "reject": State.REJECTED,
}


def command(stage: Stage, order: Arguments) -> Answer:
    """Carry out one order and say what it touched.

    `{"do": "publish", "title": …}` and `change` take the fields of a Task; `take`, `fill`, `vanish`,
    `reopen`, `accept` a `task`; `start`, `submit`, `return`, `expire`, `revise`, `approve`, `reject`,
    `screen-out` and `bonus` an `assignment`, the newest when it is left out; `pay` optional `assignments`,
    `fee_micro` and `to`; `mode` the fields of a Face; `account` a `name`; `mail` the count `unread`; `state` nothing.

    Raises:
        WorldError: the order is unknown, lacks an argument, or the world can't follow it.
    """
    name = order.get("do")
    told = {key: value for key, value in order.items() if key != "do"}
    try:
        if name in MOVES:
            return _move(stage, MOVES[name], told)
        return ORDERS[str(name)](stage, told)
    except (KeyError, TypeError, ValueError) as error:
        raise WorldError(f"practice control: {name!r} can't be done with {sorted(told)}: {error!r}") from error


def newest(stage: Stage, told: Arguments) -> str:
    """The assignment an order means: the one it names, else the one accepted last."""
    if "assignment" in told:
        return str(told["assignment"])
    if not (attempts := stage.world.attempts()):
        raise WorldError("practice control: nothing has been accepted yet")
    return attempts[0].id


def _move(stage: Stage, state: State, told: Arguments) -> Answer:
    texts = {key: told[key] for key in ("feedback", "proof") if key in told}
    work = stage.world.move(newest(stage, told), state, **texts)
    return {"assignment": work.id, "state": work.state}


def _task(change: Callable[..., Any]) -> Callable[[Stage, Arguments], Answer]:
    def run(stage: Stage, told: Arguments) -> Answer:
        rest = {key: value for key, value in told.items() if key != "task"}
        return {"task": change(stage.world, told["task"], **rest).id}

    return run


def _accept(stage: Stage, told: Arguments) -> Answer:
    return {"assignment": stage.world.accept(told["task"]).id, "task": told["task"]}


def _pay(stage: Stage, told: Arguments) -> Answer:
    rest = {key: told[key] for key in ("fee_micro", "to") if key in told}
    payout = stage.world.pay(*told.get("assignments", ()), **rest)
    return {"payout": payout and payout.id, "micro": payout.micro if payout else 0}


def _mode(stage: Stage, told: Arguments) -> Answer:
    stage.show(**told)
    return {"look": stage.face.look, "refresh": stage.face.refresh}


def _account(stage: Stage, told: Arguments) -> Answer:
    stage.world.account = str(told["name"])
    stage.wake()
    return {"account": stage.world.account}


def _mail(stage: Stage, told: Arguments) -> Answer:
    stage.world.mail(int(told["unread"]))
    return {"unread": stage.world.unread}


def _state(stage: Stage, _told: Arguments) -> Answer:
    world = stage.world
    return {
        "account": world.account,
        "tasks": [task.id for task in world.offered(full=True)],
        "assignments": {work.id: work.state for work in world.attempts()},
    }


ORDERS: dict[str, Callable[[Stage, Arguments], Answer]] = {
    "publish": lambda stage, told: {"task": stage.world.publish(**told).id},
    "change": _task(lambda world, task, **rest: world.revise(task, **rest)),
    "take": _task(lambda world, task, places=1: world.take(task, places)),
    "fill": _task(lambda world, task: world.fill(task)),
    "vanish": _task(lambda world, task: world.vanish(task)),
    "reopen": _task(lambda world, task, places=1: world.reopen(task, places)),
    "accept": _accept,
    "start": lambda stage, told: {"assignment": stage.world.start(newest(stage, told)).id},
    "screen-out": lambda stage, told: {
        "assignment": stage.world.screen_out(newest(stage, told), told.get("pay_micro", 0)).id
    },
    "bonus": lambda stage, told: {"assignment": stage.world.bonus(newest(stage, told), told["micro"]).id},
    "pay": _pay,
    "mode": _mode,
    "account": _account,
    "mail": _mail,
    "state": _state,
}
