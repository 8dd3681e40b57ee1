"""Personal data made up anew, as people write it, and numbers that only look like it."""

import base64
import json
import random
import string
from collections.abc import Callable

Made = Callable[[random.Random], str]
_ALNUM = string.ascii_letters + string.digits
_FIRST = ("anna", "john.smith", "m_garcia", "Li.Wei", "info", "k.novak+news", "jürgen", "sales-team", "o'neil", "x99")
_HOSTS = ("example.com", "mail.example.org", "uni-koeln.de", "company.co.uk", "firma.example.pl", "shop24.fr", "a.io")
_INTRODUCED = {
    "email": (
        "Write to {}",
        "contact: {}",
        "Schreiben Sie an {}",
        "Escribe a {}",
        "Пишите на {}",
        "连络邮箱：{}",
        "{}",
    ),
    "phone": (
        "Call {}",
        "Tel. {}",
        "Rufen Sie {} an",
        "Llame al {}",
        "Appelez le {}",
        "Звоните {}",
        "電話は{}です",
        "{}",
    ),
    "card": ("Card {}", "Karte: {}", "Tarjeta {}", "número de cartão {}", "карта {}", "カード番号{}", "{}"),
    "iban": ("IBAN {}", "Konto {}", "pay to {}", "virement sur {}", "conto {} intestato", "счёт {}", "{}"),
    "ip": ("from {}", "IP: {}", "Server {} antwortet", "desde la dirección {}", "адрес {}", "サーバー {} へ", "[{}]"),
    "key": ("token={}", 'key: "{}"', "der Schlüssel lautet {}", "export KEY={}", "clave {}", "ключ {}", "{}"),
}
_BBAN = {"DE": "n18", "FR": "n10c11n2", "GB": "a4n14", "NL": "a4n10", "ES": "n20", "IT": "a1n10c12", "PL": "n24",
         "CH": "n5c12", "AT": "n16", "BE": "n12", "SE": "n20", "PT": "n21", "NO": "n11", "GR": "n7c16"}  # fmt: skip
_CARDS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16),
          ("65", 16), ("3530", 16), ("36", 14), ("62", 16), ("4", 13), ("5018", 16))  # fmt: skip


def planted(kind: str, rng: random.Random) -> str:
    """Return personal data of a kind within a few words of some language."""
    return rng.choice(_INTRODUCED[kind]).format(MAKERS[kind](rng))


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


def _filled(rng: random.Random, form: str) -> str:
    """Return a form with a digit from 2 to 9 for each N, and any for each X."""
    made = {"N": lambda: rng.choice("23456789"), "X": lambda: rng.choice(string.digits)}
    return "".join(made[char]() if char in made else char for char in form)


def _email(rng: random.Random) -> str:
    name, host = rng.choice(_FIRST), rng.choice(_HOSTS)
    name += rng.choice(("", _digits(rng, 2)))
    if rng.random() < 0.1:
        return f"{name} [at] {host.replace('.', ' [dot] ')}" if name.isascii() and "'" not in name else f"{name}@{host}"
    address = f"{name}@{host}"
    return address.upper() if rng.random() < 0.1 else address


_PHONES = (
    "+1 NXX-NXX-XXXX", "+1 (NXX) NXX-XXXX", "(NXX) NXX-XXXX", "NXX-NXX-XXXX", "NXX.NXX.XXXX", "+49 30 NXXXXXX",
    "+49 171 NXXXXXX", "0171 NXXXXXX", "030/NXXXXXX", "+44 20 7NXX XXXX", "020 7NXX XXXX", "07700 9XXXXX",
    "+33 6 NX XX XX XX", "06 NX XX XX XX", "01.42.XX.XX.XX", "+34 6NX XXX XXX", "+39 347 NXXXXXX", "+39 06 NXXX XXXX",
    "+7 (912) NXX-XX-XX", "8 (912) NXX-XX-XX", "+48 601 XXX XXX", "+91 98XXX XXXXX", "+86 138 XXXX XXXX",
    "+81 90-NXXX-XXXX", "090-NXXX-XXXX", "03-3NXX-XXXX", "+82 10-NXXX-XXXX",
    "+55 11 9NXXX-XXXX", "+61 412 XXX XXX",
    "+31 6 NXXXXXXX", "0049 30 NXXXXXX", "+46 70 NXX XX XX", "+420 601 XXX XXX",
    "+972 50-NXX-XXXX", "+90 532 NXX XX XX", "+491711234XXX", "+1NXXNXXXXXX", "+4479111XXXXX",
)  # fmt: skip


def _phone(rng: random.Random) -> str:
    made = _filled(rng, rng.choice(_PHONES))
    return made.replace(" ", "\u00a0") if rng.random() < 0.1 else made


def luhn_digit(digits: str) -> str:
    """Return the check digit of a number, by the algorithm of Luhn."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * 2 if place % 2 == 0 else int(char)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _card(rng: random.Random) -> str:
    prefix, length = rng.choice(_CARDS)
    body = prefix + _digits(rng, length - len(prefix) - 1)
    number = body + luhn_digit(body)
    mark = rng.choice(("", " ", "-"))
    if not mark or length == 13:
        return number
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    made = mark.join(number[end - size : end] for end, size in zip(ends, sizes, strict=True))
    return made + rng.choice(("", " 12/27", ", CVV 123"))


def iban(rng: random.Random, *, valid: bool = True) -> str:
    """Return an account number of some country, whose check digits are right or wrong."""
    country = rng.choice(sorted(_BBAN))
    form, bban = _BBAN[country], ""
    for part in form.replace("n", " n").replace("c", " c").replace("a", " a").split():
        letters = {"n": string.digits, "c": string.digits + string.ascii_uppercase, "a": string.ascii_uppercase}[
            part[0]
        ]
        bban += "".join(rng.choice(letters) for _ in range(int(part[1:])))
    check = 98 - int("".join(str(int(char, 36)) for char in f"{bban}{country}00")) % 97
    number = f"{country}{check if valid else (check + 1) % 97:02d}{bban}"
    if rng.random() < 0.5:
        return _in_fours(number)
    return number.lower() if rng.random() < 0.1 else number


def _ip(rng: random.Random) -> str:
    if rng.random() < 0.6:
        address = ".".join(str(rng.randrange(1, 255)) for _ in range(4))
        return address + rng.choice(("", "", ":8080", "/24"))
    groups = [f"{rng.randrange(1, 65536):x}" for _ in range(8)]
    if rng.random() < 0.5:
        return ":".join(groups)
    return ":".join(groups[: rng.randrange(2, 4)]) + "::" + ":".join(groups[: rng.randrange(1, 4)])


def _token(rng: random.Random, count: int, letters: str = _ALNUM) -> str:
    return "".join(rng.choice(letters) for _ in range(count))


def _jwt(rng: random.Random) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": _digits(rng, 10), "iat": 1516239022}]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, _token(rng, 43, _ALNUM + "-_")])


def _block(rng: random.Random) -> str:
    name = rng.choice(("RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED "))
    lines = "\n".join(_token(rng, 64, _ALNUM + "+/") for _ in range(4))
    return f"-----BEGIN {name}PRIVATE KEY-----\n{lines}\n-----END {name}PRIVATE KEY-----"


def _key(rng: random.Random) -> str:
    return rng.choice(
        (
            lambda: rng.choice(("AKIA", "ASIA")) + _token(rng, 16, string.ascii_uppercase + "234567"),
            lambda: rng.choice(("ghp_", "gho_", "ghs_")) + _token(rng, 36),
            lambda: "github_pat_" + _token(rng, 22) + "_" + _token(rng, 59),
            lambda: "sk-" + _token(rng, 48),
            lambda: "sk-proj-" + _token(rng, 80, _ALNUM + "-_") + "x",
            lambda: "hf_" + _token(rng, 34, string.ascii_letters),
            lambda: "AIza" + _token(rng, 34, _ALNUM + "-_") + "x",
            lambda: f"xoxb-{_digits(rng, 12)}-{_token(rng, 24)}",
            lambda: "sk_live_" + _token(rng, 24),
            lambda: _jwt(rng),
            lambda: _block(rng),
        )
    )()


MAKERS: dict[str, Made] = {"email": _email, "phone": _phone, "card": _card, "iban": iban, "ip": _ip, "key": _key}
_HARMLESS: tuple[Made, ...] = (
    lambda rng: f"on 20{_digits(rng, 2)}-0{rng.randrange(1, 10)}-1{_digits(rng, 1)}",
    lambda rng: f"am {rng.randrange(10, 29)}.{rng.randrange(10, 13)}.20{_digits(rng, 2)}",
    lambda rng: f"{rng.randrange(1, 13)}/{rng.randrange(1, 29)}/19{_digits(rng, 2)} 10:{rng.randrange(10, 60)}:00",
    lambda rng: f"order {_digits(rng, 3)}-{_digits(rng, 7)}-{_digits(rng, 7)}",
    lambda rng: f"Bestellung Nr. {_digits(rng, 10)}",
    lambda rng: f"invoice #{_digits(rng, 8)}",
    lambda rng: f"version {rng.randrange(1, 20)}.{rng.randrange(20)}.{rng.randrange(20)}.{rng.randrange(99)}",
    lambda rng: f"v{rng.randrange(1, 20)}.{rng.randrange(20)}.{rng.randrange(20)}-rc{rng.randrange(1, 9)}",
    lambda rng: f"ISBN 978-{rng.randrange(1, 10)}-{_digits(rng, 2)}-{_digits(rng, 6)}-{_digits(rng, 1)}",
    lambda rng: f"ISBN 0-{_digits(rng, 3)}-{_digits(rng, 5)}-{_digits(rng, 1)}",
    lambda rng: _unlucky(rng),
    lambda rng: _in_fours(_unlucky(rng)),
    lambda rng: f"${rng.randrange(1, 999)},{_digits(rng, 3)},{_digits(rng, 3)}.99",
    lambda rng: f"{rng.randrange(1, 999)} {_digits(rng, 3)} {_digits(rng, 3)} €",
    lambda rng: f"{rng.randrange(1, 999)}.{_digits(rng, 3)}.{_digits(rng, 3)},00 EUR",
    lambda rng: f"{rng.uniform(-90, 90):.6f}, {rng.uniform(-180, 180):.6f}",
    lambda rng: f"+{rng.uniform(10, 90):.4f} -{rng.uniform(10, 99):.4f}",
    lambda rng: f"colour #{rng.randrange(16**6):06x}",
    lambda rng: f"#{_digits(rng, 6)}",
    lambda rng: f"commit {rng.randrange(16**40):040x}",
    lambda rng: f"fixed in {rng.randrange(16**7):07x}",
    lambda rng: f"account {iban(rng, valid=False)}",
    lambda rng: f"@{_token(rng, 8)} and icon@2x.png",
    lambda rng: f"git@github.com:{_token(rng, 6)}/{_token(rng, 6)}.git",
    lambda rng: f"at {rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}",
    lambda rng: f"MAC {':'.join(f'{rng.randrange(256):02x}' for _ in range(6))}",
    lambda rng: f"timestamp 17{_digits(rng, 8)}",
    lambda rng: f"the years {rng.randrange(1900, 1950)}-{rng.randrange(1950, 2020)}",
    lambda rng: f"scored {rng.randrange(99)}-{rng.randrange(99)}, {rng.randrange(99)}-{rng.randrange(99)}",
    lambda rng: f"{rng.randrange(640, 9999)}x{rng.randrange(480, 9999)} px",
    lambda rng: f"https://example.com/status/{_digits(rng, 19)}",
    lambda rng: f"IMG_20230115_{_digits(rng, 6)}.jpg",
    lambda rng: f"lodash@4.{rng.randrange(20)}.{rng.randrange(30)}",
    lambda rng: f"std::vector<a::b> x{rng.randrange(9)}",
)


def harmless(rng: random.Random) -> str:
    """Return what looks like personal data and is none."""
    return rng.choice(_HARMLESS)(rng)


def _in_fours(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _unlucky(rng: random.Random) -> str:
    """Return sixteen digits which are no card number, as their last one is not that of Luhn."""
    body = rng.choice("3456") + _digits(rng, 14)
    return body + str((int(luhn_digit(body)) + rng.randrange(1, 10)) % 10)
