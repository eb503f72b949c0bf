"""check(), hint(), passed() and progress() as a student meets them; verdicts as card, text, number and data."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import course_lib
from course_lib import check, hint, passed, progress
from course_lib.checking import hints, records
from course_lib.checking.records import FILE
from course_lib.checking.verdict import MIME, STATUSES, Part, Verdict
from course_lib.exercises import find


@pytest.fixture(autouse=True)
def fresh_session(tmp_path, monkeypatch):
    """A new session in a folder of its own, as a kernel in a lesson's folder."""
    folder = tmp_path / "l00_start_here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(records, "_session", {})
    monkeypatch.setattr(hints, "_opened", {})
    return folder


def weighted_sum(w0, w, x):
    return w0 + w @ x


def relu_backward(dy, x):
    return dy * (x > 0)


def only_dw_right(dy, x, W):
    return dy @ W.T, x.T @ dy, dy.mean(axis=0)


def test_right_answer_earns_its_points_as_a_plain_number():
    verdict = check("l02.relu_backward", relu_backward)
    assert repr(verdict) == "2.0"
    assert type(eval(repr(verdict))) is float
    assert verdict.right and passed("l02.relu_backward")


def test_each_output_earns_its_share(capsys):
    verdict = check("l02.dense_backward", only_dw_right)
    assert verdict.points == 4
    text = capsys.readouterr().out
    assert "Backward through a dense layer: 4 of 6 points" in text
    assert "dx, dW: right" in text
    assert "db: this is the mistake - There is a division by the batch size N" in text
    assert 'hint("l02.dense_backward")' in text


@pytest.mark.parametrize("stub", [None, ...])
def test_nothing_there_is_not_written(stub):
    assert check("l02.relu_backward", stub).status == "not_written"
    assert check("l02.relu_backward").status == "not_written"


def test_number_in_place_of_a_function():
    verdict = check("l02.relu_backward", 3.0)
    assert verdict.status == "wrong_type"
    assert "wanted your function relu_backward, got float" in verdict.message


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check("l02.relu_bakward", relu_backward), ValueError, "did you mean l02.relu_backward"),
        (lambda: check("l99.nothing_like_it"), ValueError, "there is no 'l99.nothing_like_it'"),
        (lambda: check(relu_backward), TypeError, "exercise_id: wanted text"),
        (lambda: check("l02.relu_backward", relu_backward, dx=1), TypeError, "takes your function alone"),
        (lambda: hint("l02.nothing"), ValueError, "there is no 'l02.nothing'"),
    ],
)
def test_a_wrong_call_is_said_in_one_sentence(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


def test_nothing_is_written_to_stderr(capsys):
    check("l00.weighted_sum", lambda w0, w, x: np.log(-1.0) + np.float64(1) / 0)
    assert capsys.readouterr().err == ""


def test_the_visible_check_draws_the_same_numbers_and_grading_draws_others(monkeypatch):
    def seen():
        drawn = []
        check("l00.weighted_sum", lambda w0, w, x: drawn.append(w0) or 0.0)
        return drawn

    visible = seen()
    assert seen() == visible
    monkeypatch.setenv("COURSE_KEY", "00ff")
    monkeypatch.setenv("COURSE_STUDENT", "ada")
    ada = seen()
    assert ada != visible and seen() == ada
    monkeypatch.setenv("COURSE_STUDENT", "grace")
    assert seen() not in (visible, ada)
    monkeypatch.setenv("COURSE_KEY", "00fe")
    assert seen() not in (visible, ada)


# --- verdict ---------------------------------------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Fails on a tag that is not closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("status", STATUSES)
def test_card_text_and_data_say_the_same(status):
    message = "" if status == "right" else "<script>alert(1)</script> & more"
    part = Part("db", status, 1.0 if status == "right" else 0.0, 1.0, message)
    verdict = Verdict("l02.dense_backward", "Backward through a dense layer", ("C6",), (part,), ("a note",))
    bundle = verdict.bundle()
    html = Balanced()
    html.feed(bundle["text/html"])
    assert html.open == []
    assert "<script>" not in bundle["text/html"]
    for shown in (bundle["text/html"], bundle["text/plain"]):
        assert STATUSES[status] in shown and "db" in shown and "a note" in shown
    data = json.loads(json.dumps(bundle[MIME]))
    assert data["status"] == status
    assert data["parts"][0]["name"] == "db"
    assert data["points"] == verdict.points


def test_status_is_the_worst_of_the_parts():
    parts = [Part(s, s, 0.0, 1.0) for s in ("right", "diagnosed", "wrong_shape")]
    assert Verdict("x", "x", (), tuple(parts)).status == "wrong_shape"


# --- hints and progress ----------------------------------------------------------------------------------------------


def test_hints_open_one_at_a_time(capsys):
    exercise = find("l00.weighted_sum")
    for opened in (1, 2, 3, 3):
        hint(exercise.id)
        text = capsys.readouterr().out
        assert [h in text for h in exercise.hints] == [i < opened for i in range(3)]
    assert "That was the last hint" in text


def test_progress_is_kept_beside_the_notebook(fresh_session, capsys, monkeypatch):
    check("l00.weighted_sum", weighted_sum)
    check("l02.dense_backward", only_dw_right)
    monkeypatch.setattr(records, "_session", {})  # a kernel that was restarted
    capsys.readouterr()
    progress()
    text = capsys.readouterr().out
    assert re.search(r"l00_start_here +# +1 of 1 points", text)
    assert re.search(r"l02_backpropagation +\.+\+\.+ +4 of [0-9.]+ points", text)
    assert not passed("l00.weighted_sum")  # pictures use what this session has defined


def test_progress_reads_the_lessons_beside_this_one(fresh_session, capsys, monkeypatch):
    beside = fresh_session.parent / "l02_backpropagation"
    beside.mkdir()
    (beside / FILE).write_text(json.dumps({"l02.relu_backward": {"points": 2.0, "status": "right"}}))
    progress()
    assert "2 of" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"l00.weighted_sum": 3}', "\x00"])
def test_a_damaged_progress_file_is_no_obstacle(fresh_session, damage):
    (fresh_session / FILE).write_text(damage)
    progress()
    assert check("l00.weighted_sum", weighted_sum).right
    assert json.loads((fresh_session / FILE).read_text())["l00.weighted_sum"]["points"] == 1


def test_grading_leaves_no_file_behind(fresh_session, monkeypatch):
    monkeypatch.setenv("COURSE_KEY", "00")
    check("l00.weighted_sum", weighted_sum)
    assert list(fresh_session.iterdir()) == []


def test_unknown_attribute_of_the_library():
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        course_lib.chekc  # noqa: B018 - the access is what is tried
