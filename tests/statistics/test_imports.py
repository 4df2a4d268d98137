"""A web process can take next pairs, next statements and designs without paying for arrays and solvers."""

import subprocess
import sys
from pathlib import Path

import pytest

# The package is put in the way of the site's own start, which loads more than it.
_SCRIPT = """
import importlib, sys, types
site = types.ModuleType("community")
site.__path__ = [sys.argv[1]]
sys.modules["community"] = site
module = importlib.import_module("community.statistics." + sys.argv[2])
{use}
assert not {{"numpy", "scipy", "pandas"}} & set(sys.modules)
"""
_USES = {
    "designs": "module.balance(module.design(8, seed=1))",
    "maxdiff": "module.counts([[module.Answer((0, 1, 2), 0, 1)]], item_count=3)",
    "pairwise": "assert module.next_pair([module.Record(1, 0, 0), module.Record(2, 3, 1)], [], seed=1)",
    "opinions": "assert module.next_statement([module.Tally(1, 3, 1, 0)], [], seed=1) == 1",
}


class TestImports:
    @pytest.mark.parametrize("name", sorted(_USES))
    def test_what_a_web_request_uses_loads_no_numpy(self, name: str) -> None:
        script = _SCRIPT.format(use=_USES[name])
        folder = str(Path(__file__).parents[2] / "community")
        done = subprocess.run([sys.executable, "-c", script, folder, name], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
