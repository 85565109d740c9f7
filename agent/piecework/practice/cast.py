"""Sample tasks for a pretend site: titles with emoji and accents, offices that do not exist, small pay."""

from random import Random

TITLES = (
    "Sort 12 photos of clouds ☁️",
    "Write one line for a bakery's shop window 🥐",
    "Read 5 receipts and type the totals 🧾",
    "Which of two maps is easier to read? 🗺️",
    "Count the bicycles in a street scene 🚲",
    "Écouter 30 secondes de piano et donner une note 🎹",
    "Find the opening hours of 3 museums 🏛️",
    "Rate the tone of 8 short reviews ⭐",
    "Draw a box around every tree 🌳",
    "Ten-minute survey on getting to work 🚌",
    "Transcribe a 20-second weather report 🌦️",
    "Choose the better of two headlines 📰",
)
REQUESTERS = (
    "Practice Lab North",
    "Harbour Data Workshop",
    "Institut d'essai",
    "Cloud Atlas Rehearsal",
    "Sample Survey Office",
)
PAYS = (50_000, 120_000, 250_000, 800_000, 1_250_000, 2_000_000)
MINUTES = (1, 2, 3, 5, 8, 10)
CENT = 10_000
PLACES = (1, 5, 20, 64, 250, 640)
DESCRIPTION = "A rehearsal: nothing you write here leaves this computer, and nothing is paid."


def sample(random: Random) -> dict[str, object]:
    """Fields of one task, drawn from `random`. The stated rate is pay over minutes, in whole cents."""
    pay = random.choice(PAYS)
    minutes = random.choice(MINUTES)
    return {
        "title": random.choice(TITLES),
        "requester": random.choice(REQUESTERS),
        "pay_micro": pay,
        "currency": "USD",
        "minutes": minutes,
        "hourly_micro": pay * 60 // minutes // CENT * CENT,
        "places": random.choice(PLACES),
        "description": DESCRIPTION,
    }
