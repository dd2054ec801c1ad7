"""hypothesis: properties that hold, properties that do not and their smallest counterexamples, state machines, own strategies."""
import json
import re
from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, Phase, assume, example, find, given, note, settings, strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

settings.register_profile("test", database=None, derandomize=True, deadline=None, max_examples=100, suppress_health_check=list(HealthCheck), print_blob=False)
settings.load_profile("test")


def outcome(test):
    """Runs a property; prints whether it held, else the counterexample."""
    try:
        test()
        print(test.__name__, "holds")
    except BaseException as error:
        notes = "; ".join(line for line in getattr(error, "__notes__", []) if "reproduce" not in line)
        print(test.__name__, type(error).__name__, str(error).splitlines()[:1], re.sub(r"\s+", " ", notes))


@outcome
@given(st.lists(st.integers()))
def sorting_keeps_length(values):
    assert len(sorted(values)) == len(values) and sorted(sorted(values)) == sorted(values)


@outcome
@given(st.lists(st.integers()))
def all_lists_are_sorted(values):
    assert values == sorted(values)


@outcome
@given(st.text(), st.text())
def concatenation_commutes(a, b):
    note(f"together {a + b!r}")
    assert a + b == b + a


@outcome
@given(st.floats(), st.floats())
def addition_of_floats_commutes(a, b):
    assert a + b == b + a


@outcome
@given(st.floats(allow_nan=False, allow_infinity=False))
def floats_add(x):
    assert (x + 1) - 1 == x


@outcome
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10))
def json_goes_round(value):
    assert json.loads(json.dumps(value)) == value


@outcome
@example(0)
@given(st.integers(min_value=-1000, max_value=1000))
def division(n):
    assume(n != 1)
    assert 10 // n is not None


@st.composite
def intervals(draw):
    low = draw(st.integers(0, 100))
    return low, draw(st.integers(low, 100))


@outcome
@given(intervals())
def intervals_are_short(interval):
    assert interval[1] - interval[0] < 17


@outcome
@given(st.from_regex(r"\A[a-z]{2,4}-\d+\Z"), st.sampled_from(["x", "y"]), st.tuples(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.fractions(max_denominator=10)))
def kinds(text, letter, pair):
    assert re.fullmatch(r"[a-z]{2,4}-\d+", text, re.ASCII) or text.endswith("\n") or not text.isascii()
    assert letter in "xy" and isinstance(pair[1], Fraction)


@outcome
@given(st.data())
def drawn_in_the_middle(data):
    n = data.draw(st.integers(0, 10), label="n")
    values = data.draw(st.lists(st.just(n), min_size=n, max_size=n))
    assert len(values) < 5


@outcome
@given(st.builds(complex, st.integers(-5, 5), imag=st.just(2)), st.binary(max_size=3), st.sets(st.characters(codec="ascii"), max_size=3), st.permutations([1, 2, 3]))
def built(number, data, letters, order):
    assert number.imag == 2 and len(data) <= 3 and len(letters) <= 3 and sorted(order) == [1, 2, 3]


def typed(a: int, b: list[str], c: dict[str, bool] | None) -> None:
    assert isinstance(a, int) and all(isinstance(s, str) for s in b)


outcome(given(...)(typed))
print(find(st.lists(st.integers()), lambda values: sum(values) >= 100))
print(find(st.text(), lambda text: len(set(text)) > 2), find(st.integers(), lambda n: n > 12 and n % 7 == 0), find(st.floats(), lambda x: x > 1e10))
try:
    find(st.integers(0, 3), lambda n: n > 3)
except NoSuchExample as error:
    print(type(error).__name__)


class Queue(RuleBasedStateMachine):
    """A queue that forgets the oldest when it holds more than one."""

    def __init__(self):
        super().__init__()
        self.real, self.model = [], []

    @rule(value=st.integers(0, 3))
    def put(self, value):
        self.model.append(value)
        self.real = (self.real + [value])[-1:]

    @precondition(lambda self: self.model)
    @rule()
    def get(self):
        assert self.real.pop(0) == self.model.pop(0)

    @invariant()
    def sizes(self):
        assert len(self.real) <= len(self.model)


try:
    run_state_machine_as_test(Queue, settings=settings(max_examples=40, stateful_step_count=8, report_multiple_bugs=False))
except (AssertionError, IndexError) as error:
    print("\n".join(line for line in getattr(error, "__notes__", []) if "reproduce" not in line))
print(st.integers(1, 5), st.lists(st.text(), min_size=1), st.one_of(st.none(), st.just(1)), st.integers().map(str).filter(len) is not None)
print(Unsatisfiable.__name__, Phase.shrink.name)
