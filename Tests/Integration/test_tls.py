"""TLS by Pitlane itself, so that an https page can use wss without a proxy."""

import socket
import ssl
import subprocess
import urllib.request

import pytest
from Harness.client import connect
from Harness.processes import Child, binary


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "private.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return files


def test_https_and_wss(start, site, certificate):
    server = start("--root", site, "--tls-cert", certificate[0], "--tls-key", certificate[1])
    context = ssl.create_default_context(cafile=certificate[0])
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with opener.open(f"https://127.0.0.1:{server.port}/main.mjs") as answer:
        assert answer.read() == (site / "main.mjs").read_bytes()
    client = connect(
        f"wss://localhost:{server.port}/ws/modules",
        compression="deflate",
        ssl=context,
        sock=socket.create_connection(("127.0.0.1", server.port)),
        origin="https://localhost:8443",
    )
    answer = client.ask("module:request", path="main.mjs")
    assert answer["content"] == (site / "main.mjs").read_text()
    (site / "main.mjs").write_text("export default 2;\n")
    assert client.update("main.mjs")["kind"] == "changed"
    client.close()


@pytest.mark.parametrize("missing", ["certificate", "key", "pair"])
def test_a_certificate_that_cannot_be_used(site, certificate, tmp_path, missing):
    cert, key = certificate
    arguments = {
        "certificate": ["--tls-cert", tmp_path / "none.pem", "--tls-key", key],
        "key": ["--tls-cert", cert, "--tls-key", tmp_path / "none.pem"],
        "pair": ["--tls-cert", cert],
    }[missing]
    child = Child([binary(), "--root", site, "--listen", "127.0.0.1:0", *arguments])
    assert child.wait() in (1, 64)
    assert "tls" in child.output.lower() or "none.pem" in child.output
    assert len(child.output.strip().splitlines()) <= 4
    child.stop()
