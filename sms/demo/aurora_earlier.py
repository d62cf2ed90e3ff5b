"""Aurora Outdoor, the conversations of the last weeks: every way in which a text can end."""

from sms.demo.script import DAY, HOUR, Talk, them, us
from sms.enums import MessageStatus as S

EARLIER = (
    Talk(
        "Irena Bartošová",
        "+420700555201",
        (us("Záruka na váš stan Polaris končí za měsíc. Chcete bezplatnou kontrolu?", S.SCHEDULED),),
        ago=DAY + 2 * HOUR,
        language="cs",
    ),
    Talk(
        "Sofía Navarro",
        "+34700000202",
        (
            us("Sofía, mañana empieza su curso de escalada a las 9 h en Montserrat.", S.CANCELED),
            them("Lo siento, no puedo ir. ¿Pueden anular mi plaza?", gap=20),
            us("Anulada, sin coste. ¡Que se mejore!"),
        ),
        ago=2 * DAY,
        language="es",
        is_closed=True,
    ),
    Talk(
        "Frank Baker",
        "+12025550152",
        (
            us("Hi Frank, the trail map you asked for is at the front desk."),
            us("Reminder: your rental tent is due back tomorrow at noon.", S.BLOCKED, gap=6 * HOUR),
            them("UNSUBSCRIBE", gap=10),
        ),
        ago=3 * DAY,
        sender="TWILIO",
        language="en",
        opted_out="keyword",
    ),
    Talk(
        "Ondřej Vlk",
        "+420700555204",
        (us("Bouře na Šumavě: dnešní noční túra se ruší.", S.EXPIRED),),
        ago=4 * DAY,
        language="cs",
        is_closed=True,
    ),
    Talk(
        "Helen Clark",
        "+12025550157",
        (
            us("Your order 88120 was delivered to the front door.", S.UNDELIVERED, code="30003"),
            them("Hi, was anything delivered today? My phone was off.", gap=9 * HOUR),
            us("Yes, at 10:42, front door. Enjoy the hike!"),
            them("Found it, thank you!"),
        ),
        ago=4 * DAY + 3 * HOUR,
        sender="TWILIO",
        language="en",
        is_closed=True,
    ),
    Talk(
        "Jakub Beneš",
        "+420700555206",
        (us("Vaše kolo je po servisu připravené k vyzvednutí.", S.UNDELIVERED, code="40008"),),
        ago=5 * DAY,
        language="cs",
    ),
    Talk(
        "",
        "+420700555207",
        (us("Dobrý den, ozýváme se k poptávce na skupinové spacáky.", S.FAILED, code="40310", by_answer=True),),
        ago=5 * DAY + 4 * HOUR,
        language="cs",
    ),
    Talk(
        "Pilar Castro",
        "+34700000208",
        (us("Nuevas botas Sierra: 15 % de descuento esta semana.", S.FAILED, code="40300", by_answer=True),),
        ago=6 * DAY,
        language="es",
        opted_out="provider",
    ),
    Talk(
        "",
        "+12025550163",
        (us("Aurora Outdoor: your verification code is 402118.", S.FAILED, code="30034"),),
        ago=6 * DAY + 2 * HOUR,
        sender="TWILIO",
    ),
    Talk(
        "Marek Urban",
        "+420700555210",
        (
            them("Jaký je rozdíl mezi spacáky Boreas 300 a 500?"),
            us(
                "Dobrý den. Boreas 300 má 300 g peří a komfort do +2 °C, balí se do 4 litrů. Boreas 500 má 500 g "
                "a komfort do −6 °C, ale váží o 250 g víc a zabere 7 litrů. Na léto v Tatrách doporučujeme 300, "
                "na podzim 500. Oba máme na prodejně k vyzkoušení."
            ),
            them("Díky, přijdu si je zkusit v sobotu 👍"),
        ),
        ago=7 * DAY,
        language="cs",
        is_closed=True,
    ),
    Talk(
        "Laura Méndez",
        "+34700000211",
        (
            them("Hola, mando una foto de la suela rota."),
            them("", pictures=2),
            us("Gracias, Laura. La cubre la garantía: le enviamos una etiqueta de devolución."),
            them("¡Genial!"),
        ),
        ago=8 * DAY,
        sender="TWILIO",
        language="es",
        is_closed=True,
    ),
    Talk(
        "David Wilson",
        "+12025550166",
        (
            them("Do you rent snowshoes?"),
            us("We do: $18 a day, $60 a week. Want us to hold a pair?"),
            them("Yes please, size M for Saturday"),
            us("Done. See you Saturday, David.", S.READ),
        ),
        ago=9 * DAY,
        sender="TWILIO",
        language="en",
        is_closed=True,
    ),
)
