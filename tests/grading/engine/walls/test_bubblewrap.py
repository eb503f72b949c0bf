"""The command line of bubblewrap, where the place of the temporary folder matters."""

import sys
from pathlib import Path

import pytest

from grading.engine.walls.bubblewrap import command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a program of Linux")


@pytest.mark.parametrize(("base", "linked"), [("/tmp/kernels-a", True), ("/var/tmp/kernels-a", False)])
def test_var_tmp_is_a_link_unless_the_warm_process_lives_there(base, linked):
    line = command(["python"], Path(base), [], {"HOME": f"{base}/home"}, root=False)
    links = [line[i + 1 : i + 3] for i, word in enumerate(line) if word == "--symlink"]
    assert (["../tmp", "/var/tmp"] in links) == linked
    made = [line[i + 1] for i, word in enumerate(line) if word == "--dir"]
    assert not (linked and "/var/tmp" in made)  # bubblewrap refuses a link where a folder is
