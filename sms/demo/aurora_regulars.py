"""Aurora Outdoor, customers who write again and again: short talks, and three threads of several pages."""

from sms.demo.script import DAY, Line, Talk, long_talk, them, us

CZECH = (
    (
        them("Dobrý den, prosím o dostupnost pro objednávku {n}."),
        us("Dobrý den, všechno je skladem, odesíláme zítra.", gap=14),
        them("Výborně, děkuji.", gap=3),
    ),
    (
        us("Objednávka {n} byla předána dopravci.", gap=5),
        them("Dorazilo v pořádku.", gap=180),
        us("Děkujeme za zprávu!", gap=6),
    ),
    (
        them("Můžete u {n} prosím přidat dvě karimatky?"),
        us("Přidáno. Nová cena je o 1 180 Kč vyšší.", gap=22),
        them("Souhlasím.", gap=4),
        us("Potvrzeno, děkujeme.", gap=1),
    ),
)
ENGLISH = (
    (
        them("Morning! Is order {n} on its way?"),
        us("Good morning, it left our warehouse at 8:15.", gap=9),
        them("Great, thanks.", gap=2),
    ),
    (
        us("Order {n} is ready for pickup until 6 pm.", gap=5),
        them("Can my colleague Dana pick it up?", gap=31),
        us("Sure, she only needs the order number.", gap=4),
        them("Perfect", gap=1),
    ),
    (
        them("We need 12 more headlamps, same as {n}."),
        us("Noted: 12 headlamps, $311.40 in total. Shall we invoice you?", gap=17),
        them("Yes please", gap=3),
    ),
)
SPANISH = (
    (
        them("Buenos días, ¿cuándo llega el pedido {n}?"),
        us("Buenos días. Llega mañana entre las 10 y las 14 h.", gap=11),
        them("Muchas gracias.", gap=2),
    ),
    (
        us("El pedido {n} ya está en reparto.", gap=5),
        them("Recibido, todo correcto.", gap=240),
        us("¡Gracias por avisar!", gap=3),
    ),
    (
        them("¿Pueden cambiar en el {n} la chaqueta roja por una azul?"),
        us("Cambiada, sin coste.", gap=19),
        them("¡Estupendo!", gap=2),
    ),
)

_SHORT: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("Lenka Pokorná", "cs", "+420700555221", "TELNYX", "Máte otevřeno i v neděli?", "Ano, od 9 do 17 hodin."),
    ("Josef Kučera", "cs", "+420700555222", "TELNYX", "Vezmete zpět nošené boty?", "Do 30 dnů ano, s účtenkou."),
    ("Veronika Dušková", "cs", "+420700555223", "TELNYX", "Jde objednat na IČO?", "Ano, stačí ho uvést v košíku."),
    ("Martin Říha", "cs", "+420700555224", "TELNYX", "Impregnujete bundy?", "Ano, do tří dnů, za 290 Kč."),
    ("Klára Němcová", "cs", "+420700555225", "TELNYX", "Kolik stojí půjčení kočárku?", "350 Kč na den."),
    ("Inés Romero", "es", "+34700000226", "TELNYX", "¿Hacen envíos a Canarias?", "Sí, en 5 a 7 días."),
    ("Javier Torres", "es", "+34700000227", "TELNYX", "¿Abren en Semana Santa?", "Sí, de 10 a 14 h."),
    ("Nuria Blanco", "es", "+34700000228", "TELNYX", "¿Arreglan cremalleras?", "Sí, desde 12 €."),
    ("Emma Davis", "en", "+12025550192", "TWILIO", "Do you price match?", "Yes, within 14 days."),
    ("Noah Brown", "en", "+12025550193", "TWILIO", "Is parking free?", "For two hours, yes."),
    ("Olivia Reed", "en", "+12025550194", "TWILIO", "Got any kids' helmets?", "Sizes 48 to 54 cm, yes."),
    ("Liam Foster", "en", "+12025550195", "TWILIO", "Can I bring my dog?", "Of course, we love dogs."),
)
_THANKS = {"cs": "Díky moc!", "es": "¡Muchas gracias!", "en": "Thanks a lot!"}


def _short(position: int, name: str, language: str, address: str, sender: str, question: str, answer: str) -> Talk:
    lines: tuple[Line, ...] = (them(question), us(answer, gap=8), them(_THANKS[language], gap=2))
    return Talk(
        name,
        address,
        lines,
        ago=(10 + 2 * position) * DAY + 47 * position,
        sender=sender,
        language=language,
        # Whoever has thanked does not wait for weeks.
        is_closed=True,
    )


REGULARS = (
    Talk(
        "Sport Hlaváč s.r.o.",
        "+420700555230",
        long_talk(CZECH, rounds=24, first_number=81006),
        ago=DAY + 190,
        language="cs",
    ),
    Talk(
        "Camp Ridgewood",
        "+12025550199",
        (*long_talk(ENGLISH, rounds=21, first_number=71250), us("The invoice is on its way.", gap=12)),
        ago=2 * DAY + 35,
        sender="TWILIO",
        language="en",
    ),
    Talk(
        "Club Alpino Granada",
        "+34700000232",
        (*long_talk(SPANISH, rounds=22, first_number=61540), us("A ustedes.", gap=4)),
        ago=3 * DAY + 80,
        language="es",
        unread=0,
    ),
    *(_short(position, *row) for position, row in enumerate(_SHORT)),
)
