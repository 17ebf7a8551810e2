"""A Kafka of the chaos tests' own: reached directly and through the proxy; dies and comes back."""

import shutil
import signal
import tempfile
from pathlib import Path

import psutil

from streams.broker import Broker
from streams.broker.server import HOST, any_free_port
from tests.chaos.proxy import Proxy


class ProxiedBroker(Broker):
    """Listens twice; who comes by the second listener is told to connect to the proxy."""

    def __init__(self, folder: Path, behind_proxy: int, proxy: int) -> None:
        super().__init__(folder)
        self._behind_proxy, self._proxy = behind_proxy, proxy

    def _configure(self, port: int) -> Path:
        properties = super()._configure(port)
        listener = f",PROXIED://{HOST}:"
        lines = []
        for line in properties.read_text().splitlines():
            match line.partition("=")[0]:
                case "listeners":
                    lines.append(f"{line}{listener}{self._behind_proxy}")
                case "advertised.listeners":
                    lines.append(f"{line}{listener}{self._proxy}")
                case "listener.security.protocol.map":
                    lines.append(f"{line},PROXIED:PLAINTEXT")
                case _:
                    lines.append(line)
        properties.write_text("\n".join([*lines, ""]))
        return properties


class Ground:
    """Kafka and proxy. `direct` is for the tests themselves, `proxied` for the workers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="recourse-chaos-"))
        behind = any_free_port()
        self.proxy = Proxy(behind)
        self._broker = ProxiedBroker(self.folder / "kafka", behind, self.proxy.port)
        self._port = self._broker.start(owned=True).port
        self.direct = f"{HOST}:{self._port}"
        self.proxied = f"{HOST}:{self.proxy.port}"

    def kill_broker(self) -> None:
        """As the power does; where it is still away, on a slow machine, that is that."""
        status = self._broker.status()
        if status is None:
            return
        psutil.Process(status.pid).send_signal(signal.SIGKILL)
        psutil.wait_procs([psutil.Process(status.pid)], 10)

    def stop_broker(self) -> None:
        """In good order."""
        self._broker.stop()

    def start_broker(self) -> None:
        """On the same data and the same ports."""
        self._broker.start(self._port, owned=True)

    def close(self) -> None:
        """Nothing stays behind."""
        self._broker.stop()
        self.proxy.close()
        shutil.rmtree(self.folder, ignore_errors=True)
