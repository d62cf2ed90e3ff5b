"""What is said in calls, for live transcription: a few plausible sentences in the language asked for."""

from __future__ import annotations

from dataclasses import dataclass

SECONDS_A_PIECE = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence. ``by_customer``: the party at the phone says it; ``confidence`` from 0 to 1."""

    by_customer: bool
    text: str
    confidence: float


_SENTENCES = {
    "en": (
        "Hello, this is the customer service, how can I help you?",
        "Hi, I am calling about my order, it has not arrived yet.",
        "Let me look that up for you, one moment please.",
        "Of course, take your time.",
        "It is on its way and will be with you tomorrow before noon.",
        "Perfect, thank you very much for your help.",
    ),
    "cs": (
        "Dobrý den, tady zákaznická linka, jak vám mohu pomoci?",
        "Dobrý den, volám kvůli objednávce, ještě nedorazila.",
        "Hned se na to podívám, moment prosím.",
        "Jistě, nespěchejte.",
        "Zásilka je na cestě, zítra do poledne ji máte u sebe.",
        "Výborně, moc děkuji za pomoc.",
    ),
    "es": (
        "Hola, atención al cliente, ¿en qué puedo ayudarle?",
        "Buenos días, llamo por mi pedido, todavía no ha llegado.",
        "Ahora mismo lo miro, un momento, por favor.",
        "Claro, sin prisa.",
        "El paquete va de camino, mañana antes del mediodía lo tiene.",
        "Perfecto, muchas gracias por su ayuda.",
    ),
}


def conversation(language: str) -> list[Piece]:
    """Return what both sides say, in turns; ``language`` like cs-CZ, English when it is another."""
    lines = _SENTENCES.get(language.partition("-")[0].lower(), _SENTENCES["en"])
    return [Piece(index % 2 == 1, text, round(0.97 - 0.015 * index, 3)) for index, text in enumerate(lines)]
