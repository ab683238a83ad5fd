"""Both ways to a hot update, each over its own copy of the site, and one Caddy before both."""

import os
from pathlib import Path

from Harness.processes import Child, DevServer, Pitlane
from Harness.stack import CaddyServer, free_port

PEERS = Path(__file__).resolve().parents[1] / "peers"
CADDYFILE = """\
{
	admin off
	auto_https off
	storage file_system {$FOLDER}/caddy
	log {
		level ERROR
	}
}
https://127.0.0.1:{$LINKED_PORT} {
	bind 127.0.0.1
	tls {$CERTIFICATE} {$KEY}
	@pitlane path /@pitlane/* /ws/modules
	handle @pitlane {
		reverse_proxy 127.0.0.1:{$PITLANE_PORT}
	}
	handle {
		reverse_proxy 127.0.0.1:{$DEV_PORT}
	}
}
https://127.0.0.1:{$VERSIONED_PORT} {
	bind 127.0.0.1
	tls {$CERTIFICATE} {$KEY}
	reverse_proxy 127.0.0.1:{$PEER_PORT}
}
"""


class NodePeer(Child):
    """One of the programs in peers/."""

    def __init__(self, name, *arguments):
        variables = {"NODE_PATH": os.environ.get("NODE_PATH", "/usr/share/nodejs")}
        super().__init__([os.environ.get("NODE", "node"), PEERS / name, *arguments], variables)
        self.port = int(self.wait_for_output(r"http://127\.0\.0\.1:(\d+)").group(1))


class HotServers:
    """`linked` and `versioned` are the origins of the two pages; `roots` says what each is made of."""

    def __init__(self, roots, watched, folder, certificate):
        self._children = []
        try:
            dev_server = self._own(DevServer(root=roots["linked"]))
            self.pitlane = self._own(
                Pitlane("--root", roots["linked"], "--upstream", dev_server.http, "--log-level", "error")
            ).wait_until_ready()
            peer = self._own(NodePeer("versioned-server.js", roots["versioned"], watched))
            linked, versioned = free_port(), free_port()
            names = {"FOLDER": folder, "CERTIFICATE": certificate.file, "KEY": certificate.key}
            names |= {"LINKED_PORT": linked, "VERSIONED_PORT": versioned, "DEV_PORT": dev_server.port}
            names |= {"PITLANE_PORT": self.pitlane.port, "PEER_PORT": peer.port}
            self._own(CaddyServer(folder, CADDYFILE, (linked, versioned), names))
        except BaseException:
            self.stop()
            raise
        self.origins = {"linked": f"https://127.0.0.1:{linked}", "versioned": f"https://127.0.0.1:{versioned}"}

    def _own(self, child):
        self._children.append(child)
        return child

    def stop(self):
        for child in reversed(self._children):
            child.stop()
