"""The rooms of the application, counted from its imports: `python -m tests.rooms [CHECKOUT]`.

A room is a folder or a file directly in `agents/` that holds code. An arrow goes from a room to
another one that it imports. A room stands a floor above the highest one that it imports.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FILES_OF_A_FOLDER = 12


class House(NamedTuple):
    """What is counted. `arrows`: each pair of rooms once."""

    rooms: frozenset[str]
    arrows: frozenset[tuple[str, str]]
    floors: int


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def house(checkout: Path) -> House:
    """Counts the rooms of a checkout.

    Raises:
        graphlib.CycleError: rooms import each other in a circle.
    """
    root = checkout / "agents"
    sources = {path: path.relative_to(root).with_suffix("").parts for path in root.rglob("*.py")}
    rooms = {
        parts[0] for path, parts in sources.items() if path.read_text(encoding="utf-8").strip()
    }
    rooms -= {"__init__"}
    arrows = set()
    for path, parts in sources.items():
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            package, _, rest = name.partition(".")
            room = rest.partition(".")[0]
            if package == "agents" and room in rooms and room != parts[0] != "__init__":
                arrows.add((parts[0], room))
    below = {room: {to for of, to in arrows if of == room} for room in rooms}
    floor: dict[str, int] = {}
    for room in TopologicalSorter(below).static_order():
        floor[room] = 1 + max((floor[each] for each in below[room]), default=0)
    return House(frozenset(rooms), frozenset(arrows), max(floor.values()))


def crowded(checkout: Path) -> list[str]:
    """Folders with more files than one sees at once, and no folder within."""
    found = []
    for folder in sorted({path.parent for path in (checkout / "agents").rglob("*.py")}):
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        inner = [path for path in folder.iterdir() if (path / "__init__.py").exists()]
        if len(files) > FILES_OF_A_FOLDER and not inner:
            found.append(f"{folder.relative_to(checkout)}: {len(files)} files")
    return found


def main() -> None:
    """Says what was counted."""
    checkout = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = house(checkout)
    lines = [
        f"{len(found.rooms)} rooms, {found.floors} floors, {len(found.arrows)} arrows",
        f"rooms: {', '.join(sorted(found.rooms))}",
        *(f"crowded: {each}" for each in crowded(checkout)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
