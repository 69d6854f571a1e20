# SPDX-License-Identifier: MIT
"""tcp:HOST:PORT, with socat and ser2net as the terminal server at the far end."""
import os
import shutil
import socket
import subprocess
import unittest

import harness


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Looks into the kernel's table: connecting would be taken for the update."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(f":{port:04X} " in line.split()[1] + " " and line.split()[3] == "0A"
                   for line in table.readlines()[1:])


class Tcp(harness.Case):
    def serve(self, *command, port):
        server = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.stack.callback(server.wait)
        self.stack.callback(server.kill)
        harness.wait_until(lambda: listens(port) or server.poll() is not None, command[0])
        self.assertIsNone(server.poll(), f"{command[0]} ended")
        return server

    def socat(self, node):
        port = free_port()
        return port, self.serve("socat", f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr",
                                f"FILE:{node},raw,echo=0", port=port)

    def update(self, port, *options):
        path, image = self.image(100001)
        return harness.run("update", path, "--port", port, "--power", "none", "--timeout", "30",
                           *options), image

    def test_through_socat(self):
        module = self.simulator("--power", "first-sync")
        port, _ = self.socat(os.path.realpath(module.port))
        result, image = self.update(f"tcp:127.0.0.1:{port}", "--json")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))
        self.assertEqual(result.finished()["port"], f"tcp:127.0.0.1:{port}")
        self.assertEqual(result.finished()["repeats"], 0)

    def test_through_ser2net(self):
        module = self.simulator("--power", "first-sync")
        port = free_port()
        node = os.path.realpath(module.port)
        config = self.folder / "ser2net.yaml"
        config.write_text(f"connection: &module\n  accepter: tcp,127.0.0.1,{port}\n"
                          f"  connector: serialdev(nouucplock=true),{node},115200n81,local\n")
        ser2net = shutil.which("ser2net", path=os.environ["PATH"] + ":/usr/sbin")
        self.serve(ser2net, "-n", "-c", config, port=port)
        result, image = self.update(f"tcp:127.0.0.1:{port}")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))

    def test_host_by_name_with_several_addresses(self):
        """Where localhost is ::1 too, nobody listens there, and the next address is tried."""
        module = self.simulator("--power", "first-sync")
        port, _ = self.socat(os.path.realpath(module.port))
        result, image = self.update(f"tcp:localhost:{port}")
        self.assertEqual(result.status, harness.DONE, result.stderr)
        self.assertTrue(module.holds(image))

    def test_nobody_listens(self):
        result, _ = self.update(f"tcp:127.0.0.1:{free_port()}")
        self.check_error(result, harness.NOT_OPENED, "no connection: Connection refused")

    def test_no_such_host(self):
        result, _ = self.update("tcp:host.invalid:1")
        self.check_error(result, harness.NOT_OPENED, "host.invalid", "can't be found")

    def test_server_goes_away_before_the_module_answers(self):
        line = self.line()
        port, server = self.socat(line.node)
        path, _ = self.image(100)
        running = self.start("update", path, "--port", f"tcp:127.0.0.1:{port}", "--power", "none")
        line.read()
        server.kill()
        result = running.end()
        self.assertEqual(result.status, harness.NOT_OPENED, result.stderr)
        self.assertIn("untouched", result.stderr)

    def test_server_goes_away_in_the_middle(self):
        module = self.simulator("--power", "first-sync", baud=115200)
        port, server = self.socat(os.path.realpath(module.port))
        path, _ = self.image(100001)
        running = self.start("update", path, "--port", f"tcp:127.0.0.1:{port}", "--power", "none",
                             "--json")
        running.read_until('"type":"progress"')
        server.kill()
        result = running.end()
        self.assertEqual(result.status, harness.INVALID, result.stderr)
        self.assertIn("invalid", result.stderr)


if __name__ == "__main__":
    unittest.main()
