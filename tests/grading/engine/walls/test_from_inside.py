"""What walls refuse and what they allow, tried from inside."""

import pytest

from tests.grading.engine.walls import allowed, refused
from tests.grading.engine.walls.conftest import KINDS, USERS, tried


@pytest.fixture(scope="session", params=[(user, kind) for user in USERS for kind in KINDS], ids="-".join)
def behind(request, outside):
    user, kind = request.param
    return {module.__name__: tried(user, kind, module, outside) for module in (refused, allowed)}


@pytest.mark.parametrize("name", [*refused.NAMES])
def test_refused(behind, name):
    _well(behind[refused.__name__], name)


@pytest.mark.parametrize("name", [*allowed.NAMES])
def test_allowed(behind, name):
    _well(behind[allowed.__name__], name)


def _well(found, name):
    if name not in found:
        pytest.skip("holds in a namespace only")
    result = found[name]
    assert "error" not in result and "value" in result, result
    assert result["code"] == 0
    assert not result["left"]
