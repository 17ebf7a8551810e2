"""A board of one process: the copy, what keeps it true, and the application over it."""

from pathlib import Path

from starlette.applications import Starlette

from agents.board.app import create
from agents.board.gate import Gate
from agents.board.model.changes import Changes
from agents.board.model.database import Database
from agents.board.model.follower import Follower
from agents.board.model.views import Model
from agents.board.sending import KafkaDesk
from agents.records.codecs import Codecs


class Board:
    """Everything but the server and whoever knows who somebody is."""

    def __init__(self, bootstrap_servers: str, wire: Codecs, database: Path) -> None:
        self._changes = Changes()
        copy = Database(database)
        self._follower = Follower(bootstrap_servers, wire, copy, self._changes)
        self._desk = KafkaDesk(bootstrap_servers, wire)
        self.model = Model(
            copy, wire, lambda: self._follower.heard, lambda: self._follower.own_time
        )

    def application(self, gate: Gate) -> Starlette:
        """The pages, behind a gate."""
        return create(self.model, gate, self._desk, self._changes)

    def start(self) -> None:
        """Begins to follow Kafka; what is there already can be seen at once."""
        self._follower.start()

    def stop(self) -> None:
        """Ends; the copy is whole."""
        self._follower.stop()
