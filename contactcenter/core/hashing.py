"""How expensive a guess at a password is."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at about 50 ms and 19 MiB a log-in; OWASP's least is two rounds of it.

    Django's own parameters take a multiple of that, and 100 MiB for every log-in that runs at the same time. A password
    that was stored with other parameters is stored anew when its owner logs in.
    """

    time_cost = 3
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
