"""Aurora Outdoor, the newest conversations: what an agent finds in the morning."""

from sms.demo.script import DAY, HOUR, Talk, them, us
from sms.enums import MessageStatus as S

TODAY = (
    Talk(
        "Jana Nováková",
        "+420777123456",
        (
            them("Dobrý den, kdy dorazí objednávka č. 88231?"),
            us("Dobrý den, paní Nováková. Zásilka je předána dopravci, doručení zítra 8–12 h."),
            them("Super. A můžu změnit adresu?"),
            us("Ano, pošlete prosím novou adresu.", S.FAILED, code="40008"),
            them("Karlova 12, Praha 1"),
            them("Druhé patro, zvonek Novák"),
            them("Dobrý den, kdy dorazí objednávka? Potřebuji ji do pátku."),
        ),
        ago=2,
        language="cs",
        unread=3,
    ),
    Talk(
        "Miguel Ortega",
        "+34700000111",
        (
            us("Hola, Miguel: su mochila Tatra 45 ya está lista en la tienda.", gap=0),
            them("¡Qué bien! Tengo una duda sobre la talla.", gap=95),
            us("Claro, con mucho gusto. ¿Cuánto mide de torso?"),
            them("¿Pueden llamarme mañana?"),
        ),
        ago=5,
        language="es",
        unread=1,
    ),
    Talk(
        "",
        "+12025550143",
        (
            us("Aurora Outdoor: 20 % off all tents until Sunday. Reply STOP to opt out.", gap=0),
            them("STOP", gap=35),
        ),
        ago=9,
        sender="TWILIO",
        opted_out="keyword",
    ),
    Talk(
        "Petr Dvořák",
        "+420700555114",
        (
            them("Přišla mi faktura dvakrát, platím jen jednu?"),
            us("Dobrý den, ano, druhá je omylem. Stornovali jsme ji."),
            them("Děkuji, vyřešeno."),
        ),
        ago=14,
        language="cs",
    ),
    Talk(
        "Alice Smith",
        "+12025550121",
        (
            us("Your pickup code for order 90412 is 7731.", S.READ),
            them("At the locker now", gap=50),
            them("The code doesn't work"),
        ),
        ago=21,
        sender="TWILIO",
        language="en",
        unread=2,
    ),
    Talk(
        "Lucía Fernández",
        "+34700000138",
        (
            them("¿Siguen teniendo la tienda Polaris en verde?"),
            us("Sí, quedan dos. Se la hemos reservado hasta mañana a las 18 h.", retried=True),
            them("Gracias!"),
        ),
        ago=38,
        language="es",
    ),
    Talk(
        "Tomáš Malý",
        "+420700555160",
        (
            us("Vaše objednávka č. 90377 byla zaplacena. Děkujeme!", S.SENT, is_unconfirmed=True),
            them("Pošlete mi fakturu prosím"),
        ),
        ago=60,
        language="cs",
        unread=1,
    ),
    Talk(
        "Bob Jones",
        "+12025550175",
        (
            us("Hi Bob, your boots are resoled. We are open until 6 today."),
            them("OK see you at 5"),
        ),
        ago=75,
        sender="TWILIO",
        language="en",
    ),
    Talk(
        "Eva Horká",
        "+420700555120",
        (
            us("Dobrý den, volali jsme vám kvůli reklamaci spacáku."),
            them("Prosím zavolejte zpět"),
        ),
        ago=2 * HOUR,
        language="cs",
    ),
    Talk(
        "Carlos Ruiz",
        "+34700000180",
        (
            us("Su pedido 90298 sale hoy por la tarde."),
            them("Perfecto"),
        ),
        ago=3 * HOUR,
        language="es",
    ),
    Talk(
        "Zdeněk Kříž",
        "+420700555171",
        (
            them("Dorazil mi stan s natrženým švem, posílám fotku."),
            them("", pictures=1),
            us("Děkujeme, to je naše chyba. Nový stan odesíláme ještě dnes.", S.ACCEPTED),
        ),
        ago=12,
        language="cs",
    ),
    Talk(
        "Grace Miller",
        "+12025550189",
        (
            them("Can I still change my order to size 42?"),
            us("Yes, changed to 42. It ships tomorrow.", S.UNCERTAIN, code="reset_or_garbage"),
        ),
        ago=17,
        sender="TWILIO",
        language="en",
    ),
    Talk(
        "Radka Šimková",
        "+420700555187",
        (
            them("Máte ještě kurz lezení 14. června?"),
            us("Ano, zbývají tři místa. Zapsali jsme vás.", S.HELD, code="read_timeout"),
        ),
        ago=DAY + 5 * HOUR,
        language="cs",
    ),
)
