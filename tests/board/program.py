"""A board as a process, without signing in: everybody is an operator."""

from pathlib import Path

from starlette.requests import Request

from agents.board.service import Board
from agents.board.serving import serve
from agents.board.viewers import Role, Viewer
from agents.pipeline import settings
from agents.records.codecs import PLAIN
from streams.runtime import logs
from tests.board.gates import OpenGate

OPERATOR = Viewer(role=Role.OPERATOR, subject="op-1", name="Operations", known_by="demo")


class EverybodyIn(OpenGate):
    def viewer(self, request: Request) -> Viewer | None:
        del request
        return OPERATOR


def main() -> None:
    loaded = settings.load()
    logs.configure(loaded.log_level, "json")
    assert loaded.state_dir is not None
    board = Board(loaded.bootstrap_servers, PLAIN, Path(loaded.state_dir) / "board.sqlite")
    board.start()
    try:
        serve(board.application(EverybodyIn({})), loaded.http_host, loaded.http_port)
    finally:
        board.stop()


if __name__ == "__main__":
    main()
