"""The wheel's build: compiles the hot path where that is possible; says so where it is not."""

import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FOLDER = "recourse-compiled-"


class CompiledHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled module; without one the wheel is the same, in Python alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles before the wheel is made; an editable install is compiled by `make setup`."""
        if version == "editable":
            return
        self._note_commit(build_data)
        build = _module(Path(self.root), "streams/compiled/build.py")
        folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        try:
            made = build.compile_into(folder)
        except build.NotCompiled as reason:
            folder.rmdir()
            self.app.display_warning(f"A wheel without the compiled part: {reason}.")
            return
        build_data["force_include"][str(made)] = f"streams/compiled/{made.name}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def _note_commit(self, build_data: dict[str, Any]) -> None:
        """Which commit is built: RECOURSE_COMMIT (an image has no .git), else that of the clone."""
        root = Path(self.root)
        commit = os.environ.get("RECOURSE_COMMIT") or _module(
            root, "agents/pipeline/commit.py"
        ).commit_of(root)
        note = Path(tempfile.mkdtemp(prefix=_FOLDER)) / "commit.txt"
        note.write_text(f"{commit}\n", encoding="utf-8")
        build_data["force_include"][str(note)] = "agents/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """What was compiled lies in the wheel now."""
        del version, artifact_path
        for each in build_data["force_include"]:
            if Path(each).parent.name.startswith(_FOLDER):
                shutil.rmtree(Path(each).parent)


def _module(root: Path, name: str) -> ModuleType:
    """A file of ours by itself, without what its package needs: that may not be installed yet."""
    path = root / name
    spec = importlib.util.spec_from_file_location(f"recourse_build_{path.stem}", path)
    assert spec is not None, f"{path} is a module"
    assert spec.loader is not None, f"{path} has a loader"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
