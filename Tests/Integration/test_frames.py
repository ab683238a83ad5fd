"""Frames that break RFC 6455 end the connection with the right code and nothing else."""

import json
import zlib

import pytest
from Harness.client import connect
from Harness.raw import RawConnection, close_code, frame, read_frame, upgrade_headers

DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate"}


@pytest.fixture
def upgraded(pitlane):
    opened = []

    def open_raw(deflate=False):
        connection = RawConnection(pitlane.port)
        opened.append(connection)
        connection.send("/ws/modules", headers=upgrade_headers(**(DEFLATE if deflate else {})))
        status, headers = connection.head()
        assert status == 101
        assert ("permessage-deflate" in headers.get("sec-websocket-extensions", "")) is deflate
        opcode, payload = read_frame(connection)
        assert opcode == 1
        if not deflate:
            assert json.loads(payload)["type"] == "hello"
        return connection

    yield open_raw
    for connection in opened:
        connection.socket.close()


def squeeze(data):
    """Deflate as permessage-deflate sends it: without the last four bytes of a sync flush."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


PING = json.dumps({"type": "ping", "id": 1}).encode()


@pytest.mark.parametrize(
    "sent, code",
    [
        (frame(1, PING, masked=False), 1002),
        (frame(1, PING, rsv=4), 1002),
        (frame(1, PING, rsv=2), 1002),
        (frame(3, PING), 1002),
        (frame(11), 1002),
        (frame(0, PING), 1002),
        (frame(1, b"{", fin=False) + frame(1, PING), 1002),
        (frame(9, b"x" * 126), 1002),
        (frame(9, fin=False), 1002),
        (frame(8, b"\x03"), 1002),
        (frame(8, (1005).to_bytes(2, "big")), 1002),
        (frame(8, (999).to_bytes(2, "big")), 1002),
        (frame(8, (1000).to_bytes(2, "big") + b"\xff"), 1007),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(1, b'{"a":"\xc3', fin=False) + frame(0, b'("}'), 1007),
        (frame(1, b"\xed\xa0\x80"), 1007),
        (frame(8, (1000).to_bytes(2, "big")), 1000),
    ],
    ids=[
        "unmasked", "rsv1", "rsv2", "opcode 3", "opcode 11", "continuation of nothing", "text in a text",
        "long ping", "fragmented ping", "close of one byte", "close 1005", "close 999", "close reason",
        "text", "split character", "surrogate", "normal close",
    ],
)
def test_close_codes(upgraded, sent, code):
    connection = upgraded()
    connection.socket.sendall(sent)
    assert close_code(connection) == code


def test_a_message_over_the_limit_is_1009(upgraded):
    connection = upgraded()
    connection.socket.sendall(frame(1, b" " * (1 << 20) + PING))
    assert close_code(connection) == 1009


def test_the_limit_counts_fragments_together(upgraded):
    connection = upgraded()
    half = b" " * (600 << 10)
    connection.socket.sendall(frame(1, half, fin=False) + frame(0, half, fin=False))
    assert close_code(connection) == 1009


def test_the_limit_holds_after_inflation(upgraded):
    connection = upgraded(deflate=True)
    connection.socket.sendall(frame(1, squeeze(b" " * (64 << 20)), rsv=4))
    assert close_code(connection) == 1009


def test_a_message_of_just_the_limit_is_read(pitlane):
    client = connect(pitlane)
    client.send(PING.decode().rjust(1 << 20))
    assert client.until_type("pong")["id"] == 1
    client.close()


def test_damaged_deflate_data_is_1007(upgraded):
    connection = upgraded(deflate=True)
    connection.socket.sendall(frame(1, b"\xff\xff\xff\xff\xff", rsv=4))
    assert close_code(connection) == 1007


def test_bad_utf8_after_inflation_is_1007(upgraded):
    connection = upgraded(deflate=True)
    connection.socket.sendall(frame(1, squeeze(b"\xff"), rsv=4))
    assert close_code(connection) == 1007


def test_fragments_with_a_ping_between_them_are_one_message(upgraded):
    connection = upgraded()
    parts = [frame(1, PING[:5], fin=False), frame(9, b"between"), frame(0, PING[5:9], fin=False), frame(0, PING[9:])]
    connection.socket.sendall(b"".join(parts))
    assert read_frame(connection) == (10, b"between")
    assert json.loads(read_frame(connection)[1]) == {"type": "pong", "id": 1}


def test_a_message_byte_by_byte(upgraded):
    connection = upgraded()
    for byte in frame(1, PING):
        connection.socket.sendall(bytes([byte]))
    assert json.loads(read_frame(connection)[1])["type"] == "pong"


def test_an_uncompressed_message_is_read_when_deflate_was_agreed(upgraded):
    connection = upgraded(deflate=True)
    connection.socket.sendall(frame(1, b"\xff"))
    assert close_code(connection) == 1007


@pytest.mark.parametrize(
    "offer, agreed",
    [
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=10", True),
        ("permessage-deflate; server_max_window_bits=8", False),
        ("permessage-deflate; server_max_window_bits=8, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=16", False),
        ("permessage-deflate; server_max_window_bits", False),
        ("permessage-deflate; client_max_window_bits=7", False),
        ("permessage-deflate; unknown", False),
        ("permessage-deflate; server_no_context_takeover=1", False),
        ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", False),
        ("x-webkit-deflate-frame", False),
        ("permessage-deflate;;", False),
    ],
)
def test_negotiation(pitlane, offer, agreed):
    with RawConnection(pitlane.port) as connection:
        connection.send("/ws/modules", headers=upgrade_headers(**{"Sec-WebSocket-Extensions": offer}))
        status, headers = connection.head()
        # A malformed header may also be answered with 400, as ws does.
        if status == 400 and not agreed:
            return
        assert status == 101
        answer = headers.get("sec-websocket-extensions", "")
        assert ("permessage-deflate" in answer) is agreed
        if agreed:
            assert "server_no_context_takeover" in answer
            assert "client_no_context_takeover" in answer


def test_an_abrupt_end_leaves_the_server_alive(pitlane, upgraded):
    for sent in (b"", frame(1, PING)[:3], frame(1, b"{", fin=False)):
        connection = upgraded()
        connection.socket.sendall(sent)
        connection.socket.close()
    client = connect(pitlane)
    assert client.ask("ping")["type"] == "pong"
    client.close()
