"""pytest: a sample suite with fixtures, parametrisation, marks, assertion rewriting, capturing, plugins and doctests."""
import contextlib
import io
import pathlib
import re
import sys
import tempfile

import pytest

SUITE = {
    "conftest.py": '''
import pytest

def pytest_addoption(parser):
    parser.addoption("--colour", default="red")

def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes long")

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.name != "test_first_of_all")

@pytest.fixture(scope="session")
def colour(request):
    return request.config.getoption("colour")

@pytest.fixture
def numbers():
    yield [1, 2, 3]
    print("numbers are gone")
''',
    "test_basic.py": '''
import sys
import pytest

def test_passes(numbers):
    assert sum(numbers) == 6

def test_comparison():
    left = {"a": 1, "b": [1, 2, 3], "c": "x"}
    right = {"a": 1, "b": [1, 2, 4], "d": "x"}
    assert left == right

def test_text():
    assert "one\\ntwo\\nthree" == "one\\n2\\nthree", "the texts differ"

def f(x):
    return x + 1

def test_calls(numbers):
    print("printed before")
    assert f(numbers[0]) == len(numbers) or not any(n > 1 for n in numbers)

def test_chain():
    a = 5
    assert 1 < a < f(3)

def test_in_and_is():
    assert 3 in [1, 2] and None is not None

def test_sets():
    assert {1, 2, 3} == {1, 2, 5}

def test_raises():
    with pytest.raises(ValueError, match=r"bad \\d+") as info:
        raise ValueError("bad 12")
    assert info.value.args == ("bad 12",)

def test_does_not_raise():
    with pytest.raises(KeyError):
        pass

def test_approx():
    assert 0.1 + 0.2 == pytest.approx(0.3)
    assert [0.1, 0.2] == pytest.approx([0.1, 0.25])

def test_error(colour):
    def inner(depth):
        if depth == 0:
            raise RuntimeError("deep")
        inner(depth - 1)
    inner(2)

def test_first_of_all(colour):
    assert colour == "blue"
''',
    "test_features.py": '''
import os, sys, warnings
import pytest

@pytest.mark.parametrize("text, value", [("1", 1), ("2", 2), pytest.param("x", 3, id="letter"), pytest.param("4", 5, marks=pytest.mark.xfail)])
def test_int(text, value):
    assert int(text) == value

@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", ["x", "y"])
def test_product(a, b):
    assert b * a

@pytest.fixture(params=["list", "tuple"], ids=str.upper)
def kind(request):
    return {"list": list, "tuple": tuple}[request.param]

def test_kind(kind):
    assert isinstance(kind("ab"), kind)

@pytest.mark.skip(reason="not now")
def test_skipped():
    pass

@pytest.mark.skipif(sys.version_info >= (3, 0), reason="too new")
def test_skipped_if():
    pass

@pytest.mark.xfail(strict=True, reason="should fail")
def test_unexpected_pass():
    pass

@pytest.mark.slow
def test_slow(tmp_path, monkeypatch, capsys, caplog, recwarn):
    (tmp_path / "a.txt").write_text("text")
    monkeypatch.setenv("SAMPLE", "1")
    monkeypatch.chdir(tmp_path)
    print("out"); print("err", file=sys.stderr)
    warnings.warn("careful", UserWarning)
    import logging
    logging.getLogger("a.b").warning("logged %d", 1)
    assert capsys.readouterr() == ("out\\n", "err\\n")
    assert caplog.record_tuples == [("a.b", 30, "logged 1")]
    assert len(recwarn) == 1 and os.environ["SAMPLE"] == "1" and os.listdir() == ["a.txt"]

class TestClass:
    @classmethod
    def setup_class(cls):
        cls.log = []
    def setup_method(self):
        self.log.append("setup")
    def teardown_method(self):
        self.log.append("teardown")
    def test_one(self):
        assert self.log == ["setup"]
    def test_two(self):
        assert self.log == ["setup", "teardown", "setup"]
    @pytest.fixture(autouse=True)
    def around(self):
        yield
        assert self.log

@pytest.fixture
def broken():
    raise OSError("no fixture")

def test_broken(broken):
    pass

def test_unknown_fixture(nosuch):
    pass

def test_warns():
    with pytest.warns(DeprecationWarning, match="old"):
        warnings.warn("old thing", DeprecationWarning)

import unittest
class Old(unittest.TestCase):
    def setUp(self):
        self.value = 3
    def test_equal(self):
        self.assertEqual(self.value, 4)
    def test_sub(self):
        self.assertIn(self.value, [3])
''',
    "documented.py": '''
def double(x):
    """Twice.

    >>> double(2)
    4
    >>> double("a")
    'ab'
    """
    return x * 2
''',
    "pytest.ini": "[pytest]\naddopts = --strict-markers\n",
}


def run(*arguments):
    """Runs pytest in this process and prints its report, without what depends on the moment and the place."""
    print(f"$ pytest {' '.join(arguments)}")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main(["-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments])
    text = output.getvalue().replace(folder, "FOLDER")
    text = re.sub(r"in \d+\.\d+s", "in TIME", text)
    text = re.sub(r"(?m)^(platform|plugins:) .*\n", "", text)
    text = re.sub(r"0x[0-9a-f]+", "0xADDRESS", text)
    print(re.sub(r"=+( .*TIME.* )=+", r"==\1==", text))
    print("exit", int(code))
    for name in SUITE:
        sys.modules.pop(name.removesuffix(".py"), None)


with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    for name, text in SUITE.items():
        pathlib.Path(name).write_text(text)
    run("-v", "--colour=blue")
    run("-q", "-x", "--tb=short", "test_basic.py")
    run("-q", "-k", "kind or product", "--collect-only")
    run("-q", "--doctest-modules", "documented.py", "--tb=line")
    run("-q", "-m", "slow", "--setup-show", "test_features.py")
    run("-q", "test_basic.py::test_sets", "-vv", "--tb=native")
    run("nosuch.py")
    run("-q", "--nosuch")
