"""The wheel's build: compiles the hot path where that is possible; says so where it is not."""

import importlib.util
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
        build = _build(Path(self.root))
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

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """What was compiled lies in the wheel now."""
        del version, artifact_path
        for each in build_data["force_include"]:
            if Path(each).parent.name.startswith(_FOLDER):
                shutil.rmtree(Path(each).parent)


def _build(root: Path) -> ModuleType:
    """`streams.compiled.build`, without what `streams` needs: it may not be installed yet."""
    path = root / "streams" / "compiled" / "build.py"
    spec = importlib.util.spec_from_file_location("recourse_compiled_build", path)
    assert spec is not None, f"{path} is a module"
    assert spec.loader is not None, f"{path} has a loader"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
