import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mmhub_text.personal_data import PERSONAL_DATA

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc+/=\n-----END RSA PRIVATE KEY-----"


def masked(text, **options):
    return PERSONAL_DATA.repair([text], PERSONAL_DATA.options(**options))[0]


def counted(text, **options):
    columns = PERSONAL_DATA.measure([text], PERSONAL_DATA.options(**options))
    return {name: column[0] for name, column in columns.items() if column[0]}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Write to John.Doe+x@mail.example.co.uk.", "Write to <EMAIL>."),
        ("mail müller@exämple.de bitte", "mail <EMAIL> bitte"),
        ("連絡先はtaro@example.jpです", "連絡先は<EMAIL>です"),
        ("anna [at] example [dot] org", "<EMAIL>"),
        ("Call +49 30 1234567 now", "Call <PHONE> now"),
        ("Rufen Sie 0171/1234567 an", "Rufen Sie <PHONE> an"),
        ("(212) 555-0123 or 212.555.0123", "<PHONE> or <PHONE>"),
        ("06 12 34 56 78, merci", "<PHONE>, merci"),
        ("Звоните 8 (912) 345-67-89.", "Звоните <PHONE>."),
        ("電話は03-1234-5678です", "電話は<PHONE>です"),
        ("llame al 612 345 678", "llame al <PHONE>"),
        ("Card 4111 1111 1111 1111 12/27", "Card <CARD> 12/27"),
        ("3782-822463-10005", "<CARD>"),
        ("カード番号5555555555554444です", "カード番号<CARD>です"),
        ("IBAN DE89 3704 0044 0532 0130 00 and more", "IBAN <IBAN> and more"),
        ("gb29nwbk60161331926819", "<IBAN>"),
        ("192.168.1.10:8080 and 2001:db8::8a2e:370:7334", "<IP>:8080 and <IP>"),
        ("AKIAIOSFODNN7EXAMPLE", "<KEY>"),
        (f"token=ghp_{'aB3' * 12}!", "token=<KEY>!"),
        (f"sk-proj-{'aB3d' * 10}", "<KEY>"),
        (f"Bearer {JWT}", "Bearer <KEY>"),
        (f"a\n{BLOCK}\nb", "a\n<KEY>\nb"),
    ],
)
def test_personal_data_is_masked_as_its_kind(text, after):
    assert masked(text) == after


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-01-15 at 10:20:30, or 15.01.2024",
        "the years 1990-2005 and 2010 2011 2012",
        "ISBN 978-3-16-148410-0 and 0-306-40615-2",
        "order 123-4567890-1234567, order no. 302 555 1234",
        "version 1.2.3.4 and v10.20.30.40",
        "1,234,567.89 USD, 1 234 567 €, 1.234.567 people",
        "52.520008, 13.404954 and +40.7127 -74.0059",
        "#123456 and a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f60718",
        "1234567890123456 and 4111 1111 1111 1112",
        "account DE88 3704 0044 0532 0130 00",
        "icon@2x.png, @user, root@localhost, lodash@4.17.21, git@github.com:foo/bar.git",
        "std::vector, a::b, 12:30:45, aa:bb:cc:dd:ee:ff, 127.0.0.1",
        "https://example.com/status/4126998644927889848",
        "sk-learn-something-long-name-with-hyphens",
        "A dog runs.",
    ],
)
def test_what_only_looks_like_personal_data_stays(text):
    assert masked(text) is None
    assert counted(text) == {}


def test_facts_are_counts_whether_finds_are_masked_or_not():
    text = "a@example.org, b@example.org, 10.1.2.3"
    assert counted(text) == counted(masked(text)) == {"emails": 2, "ips": 1}


def test_kinds_and_regions_are_options():
    text = "a@example.org 10.1.2.3 06 12 34 56 78"
    assert masked(text, kinds=("ip",)) == "a@example.org <IP> 06 12 34 56 78"
    assert masked(text, regions=("US",)) == "<EMAIL> <IP> 06 12 34 56 78"
    assert masked(text, mask=False) is None


def test_a_kind_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="kinds"):
        PERSONAL_DATA.options(kinds=("name",))


@given(st.text(st.sampled_from("aA.@+0123456789-:/ ()sk_DE"), max_size=60))
def test_a_masked_text_holds_nothing_more_to_mask(text):
    once = masked(text)
    assert once is None or masked(once) is None


@pytest.mark.parametrize("piece", ["a@", "1-2.", ":", "sk-", "eyJ", "AB12 3456 ", "(212) ", "a.b@c."])
def test_long_runs_take_no_time(piece):
    assert len(PERSONAL_DATA.repair([piece * 20_000], PERSONAL_DATA.options())) == 1
