"""Where a download may not lead: into a private network, or to this machine."""

import socket

import httpcore2
import pytest

from mmhub.downloading.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_an_address_of_a_private_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "0"])
def test_this_machine_is_not_asked_by_whatever_name(served, get, host):
    served.on("/a", b"secret")
    assert get(f"http://{host}:{served.port}/a", allow_hosts=()) in (["refused-address"], ["wrong-url"])
    assert not served.asked


def test_it_is_said_how_a_host_is_allowed(get):
    get("http://127.0.0.1:9/a", allow_hosts=())
    assert get.messages == [
        "127.0.0.1 is at 127.0.0.1, which is not public: `allow_hosts` among the downloads of the source allows it"
    ]


def test_a_redirect_does_not_lead_there_either(served, get):
    served.on("/secret", b"secret")
    place = f"http://localhost:{served.port}/secret"
    url = served.on("/a", lambda handler: handler.answer(302, Location=place))
    assert get(url) == ["refused-address"]
    assert get(url, allow_hosts=("127.0.0.1", "localhost")) == [b"secret"]


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/"])
def test_a_redirect_stays_with_http(served, get, where):
    assert get(served.on("/a", lambda handler: handler.answer(302, Location=where))) == ["wrong-url"]


def test_a_redirect_is_followed_and_a_loop_is_left(served, get):
    served.on("/b", b"here")
    url = served.on("/a", lambda handler: handler.answer(307, Location="/b"))
    loop = served.on("/loop", lambda handler: handler.answer(301, Location="/loop"))
    nowhere = served.on("/nowhere", lambda handler: handler.answer(302))
    assert get(url, loop, nowhere) == [b"here", "redirects", "http-error"]
    assert served.asked["/loop"] == 11


class Unreachable(httpcore2.NetworkBackend):
    """A network in which no address answers, and which notes those that were tried."""

    def __init__(self):
        self.tried = []

    def connect_tcp(self, host, *args, **options):
        self.tried.append(host)
        raise httpcore2.ConnectError("no route")


def test_a_name_that_changes_its_address_gains_nothing(served, get):
    """The name is looked up once for each connection, and that very address is checked and used."""
    served.on("/a", b"secret")
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    network = Unreachable()
    url = f"http://rebinding.example:{served.port}/a"
    assert get(url, resolve=lambda *_: next(answers), backend=network, tries=2) == ["refused-address"]
    assert network.tried == ["93.184.215.14"]


def test_the_next_address_is_tried_where_one_does_not_answer(get):
    network = Unreachable()
    addresses = ["93.184.215.14", "10.0.0.1", "1.1.1.1"]
    assert get("http://two.example/a", resolve=lambda *_: addresses, backend=network, tries=1) == ["unreachable"]
    assert network.tried == ["93.184.215.14", "1.1.1.1"]


def test_of_several_addresses_only_those_are_used_that_are_public(served, get):
    served.on("/a", b"secret")
    url = f"http://mixed.example:{served.port}/a"
    found = get(url, resolve=lambda *_: ["127.0.0.1", "192.0.2.1", "10.1.1.1"], tries=1, timeout_seconds=0.2)
    assert found == ["refused-address"]
    assert get(url, resolve=lambda *_: ["127.0.0.1"], allow_hosts=("mixed.example",)) == [b"secret"]


def test_a_name_that_nobody_knows_is_told(get, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert get("http://nobody.invalid/a", tries=1) == ["unknown-host"]
