"""Hatchling's hook: a wheel carries the map's page, built from ``ui/`` when it is not already there."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[BuilderConfig]):
    """Build the page before a wheel is packed. An editable install leaves that to ``scripts/setup``."""

    def dependencies(self) -> list[str]:
        """Ask for node from PyPI where the page must be built and the machine cannot."""
        builder = self._builder()
        if self.target_name != "wheel" or builder.page_is_current(Path(self.root)) or builder.system_node():
            return []
        return [str(builder.NODE_REQUIREMENT)]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page."""
        del build_data
        if self.target_name == "wheel" and version != "editable":
            self._builder().build_page(Path(self.root))

    def _builder(self) -> ModuleType:
        # The project's own folder is not on the path of an isolated build.
        spec = importlib.util.spec_from_file_location(
            "build_page", Path(self.root) / "scripts" / "build_page.py"
        )
        if spec is None or spec.loader is None:
            sys.exit("scripts/build_page.py is missing: the map's page cannot be built")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
