"""How loudly alerts are told: one sound for a task, six an hour, a burst as one."""

from piecework.link.loudness import Item, Loudness, Tone
from piecework.now import HOUR_US, MINUTE_US

LOUD = Tone(sounds=True, folded=False)


def items(*names: str, platform: str = "site", loud: bool = True) -> list[Item]:
    """Alerts of tasks with these names."""
    return [Item(platform, name, loud) for name in names]


def test_a_task_sounds_once() -> None:
    """More places of the same task a few minutes later are told without a sound."""
    loudness = Loudness()
    assert [LOUD] == loudness.decide(items("a"), 0, 6)
    assert [Tone(sounds=False, folded=False)] == loudness.decide(items("a"), 5 * MINUTE_US, 6)


def test_six_an_hour_and_the_rest_folded() -> None:
    """The seventh is silent and folded; an hour after the first there is room for one again."""
    loudness = Loudness()
    tones = [loudness.decide(items(str(n)), n * 2 * MINUTE_US, 6)[0] for n in range(7)]
    assert [LOUD] * 6 + [Tone(sounds=False, folded=True)] == tones
    assert [LOUD] == loudness.decide(items("later"), HOUR_US, 6)
    assert [Tone(sounds=False, folded=True)] == loudness.decide(items("still"), HOUR_US + 1, 6)


def test_five_hundred_at_once_are_one_sound() -> None:
    """Folded all of them, in however many parts they come; another platform is heard beside them."""
    loudness = Loudness()
    first = loudness.decide(items(*map(str, range(200))), 0, 6)
    second = loudness.decide(items(*map(str, range(200, 500))), 300_000, 6)
    assert 1 == sum(tone.sounds for tone in (*first, *second))
    assert all(tone.folded for tone in (*first, *second))
    assert [LOUD] == loudness.decide(items("x", platform="other"), 400_000, 6)


def test_quiet_alerts_take_no_sound_from_loud_ones() -> None:
    """Only what sounds is counted; no sound at all may be wanted."""
    loudness = Loudness()
    for n in range(20):
        loudness.decide(items(f"q{n}", platform=f"p{n}", loud=False), n, 6)
    assert [LOUD] == loudness.decide(items("a"), 100, 6)
    assert [Tone(sounds=False, folded=True)] == Loudness().decide(items("a"), 0, 0)


def test_sounds_before_a_restart_count() -> None:
    """Six were made: the next stays silent."""
    loudness = Loudness([(n, f"t{n}") for n in range(6)])
    assert [Tone(sounds=False, folded=True)] == loudness.decide(items("a"), MINUTE_US, 6)
