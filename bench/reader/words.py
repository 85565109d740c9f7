"""What the made-up pages say, in eight languages; no sentence is a real site's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True)
class Tongue:
    """One language: titles, labels (pay, time, requester, places, start), units and the words around a list."""

    titles: tuple[str, ...]
    labels: tuple[str, str, str, str, str]
    minutes: tuple[str, ...]
    pays: tuple[str, ...]
    comma: bool
    menu: tuple[str, ...]
    past: str


TONGUES = {
    "en": Tongue(
        (
            "Sort pictures of kitchens",
            "Short survey on commuting",
            "Type in a handwritten note",
            "Judge two search results",
            "Outline the bicycles",
            "Say ten sentences aloud",
        ),
        ("Reward", "Estimated time", "Requester", "Places left", "Start"),
        ("{} min", "{} minutes", "{} mins"),
        ("${}", "US${}", "{} USD", "£{}"),
        comma=False,
        menu=("Dashboard", "Available work", "Earnings", "Refer a friend", "Help", "Settings"),
        past="Past payments",
    ),
    "fr": Tongue(
        (
            "Trier des photos de cuisines",
            "Petite enquête sur les trajets",
            "Recopier une note manuscrite",
            "Comparer deux résultats",
            "Entourer les vélos",
            "Lire dix phrases",
        ),
        ("Rémunération", "Durée", "Donneur d’ordre", "Places restantes", "Commencer"),  # noqa: RUF001 - French
        ("{} min", "{} minutes"),
        ("{} €", "{}\u00a0€"),
        comma=True,
        menu=("Accueil", "Missions", "Gains", "Parrainage", "Aide", "Profil"),
        past="Versements passés",
    ),
    "de": Tongue(
        (
            "Küchenfotos sortieren",
            "Kurze Umfrage zum Pendeln",
            "Notiz abtippen",
            "Zwei Treffer bewerten",
            "Fahrräder umranden",
            "Zehn Sätze vorlesen",
        ),
        ("Vergütung", "Dauer", "Auftraggeber", "Freie Plätze", "Starten"),
        ("{} Min.", "{} Minuten"),
        ("{} €", "{} EUR", "CHF {}"),
        comma=True,
        menu=("Übersicht", "Aufträge", "Guthaben", "Freunde werben", "Hilfe", "Konto"),
        past="Bisherige Auszahlungen",
    ),
    "es": Tongue(
        (
            "Ordenar fotos de cocinas",
            "Encuesta breve sobre viajes",
            "Copiar una nota",
            "Valorar dos resultados",
            "Marcar bicicletas",
            "Leer diez frases",
        ),
        ("Recompensa", "Duración", "Solicitante", "Plazas disponibles", "Empezar"),
        ("{} min", "{} minutos"),
        ("{} €", "{} USD"),
        comma=True,
        menu=("Inicio", "Tareas", "Ganancias", "Invitar", "Ayuda", "Cuenta"),
        past="Pagos anteriores",
    ),
    "it": Tongue(
        (
            "Ordina foto di cucine",
            "Breve sondaggio sui viaggi",
            "Trascrivi una nota",
            "Valuta due risultati",
            "Segna le biciclette",
            "Leggi dieci frasi",
        ),
        ("Compenso", "Tempo stimato", "Cliente", "Posti", "Inizia"),
        ("{} min", "{} minuti"),
        ("{} €", "€ {}"),
        comma=True,
        menu=("Home", "Attività", "Guadagni", "Aiuto", "Profilo"),
        past="Pagamenti passati",
    ),
    "pl": Tongue(
        (
            "Posortuj zdjęcia kuchni",
            "Krótka ankieta o dojazdach",
            "Przepisz notatkę",
            "Oceń dwa wyniki",
            "Zaznacz rowery",
            "Przeczytaj dziesięć zdań",
        ),
        ("Wynagrodzenie", "Czas", "Zleceniodawca", "Miejsca", "Start"),
        ("{} min", "{} minut"),
        ("{} zł", "{} PLN"),
        comma=True,
        menu=("Pulpit", "Zadania", "Zarobki", "Pomoc", "Profil"),
        past="Poprzednie wypłaty",
    ),
}

REQUESTERS = (
    "Lumen Lab",
    "Dept. of Sleep, Velm",
    "Q-Metrics",
    "A. Torvik",
    "Northwind Speech",
    "Pixelgarten",
    "Casa Datos",
    "R&D 7",
)
"""Nobody's names."""


def amount(rng: Random, tongue: Tongue, *, points: bool = False) -> str:
    """One pay as that language writes it, sub-cent ones too."""
    if points:
        return rng.choice(("{} points", "{} pts")).format(rng.randint(5, 950))
    number = rng.choice(("{:.2f}", "{:.2f}", "{:.3f}")).format(rng.uniform(0.01, 6))
    return rng.choice(tongue.pays).format(number.replace(".", ",") if tongue.comma else number)
