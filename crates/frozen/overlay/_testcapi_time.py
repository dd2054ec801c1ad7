"""The part of _testcapi and _testinternalcapi (which see) that converts times as CPython's C functions do.

A PyTime_t is a count of nanoseconds in 64 bits. The roundings are those of the C enumeration: down, up, to the nearest
(to the even one between two), and away from zero.
"""

import math

_SECOND = 10**9
_LEAST, _MOST = -2**63, 2**63 - 1
_ROUNDINGS = math.floor, math.ceil, round, lambda number: math.ceil(number) if number >= 0 else math.floor(number)

SIZEOF_TIME_T = 8


def _rounding(number):
    if type(number) is not int:
        number = number.__index__()
    if not 0 <= number < len(_ROUNDINGS):
        raise ValueError("invalid rounding")
    return number


def _overflow(of="C PyTime_t"):
    return OverflowError(f"timestamp out of range for {of}")


def _in_range(number, of="C PyTime_t"):
    if not _LEAST <= number <= _MOST:
        raise _overflow(of)
    return number


def _time(number):
    if not isinstance(number, int):
        raise TypeError(f"expect int, got {type(number).__name__}")
    return _in_range(int(number))


def _whole(number, rounding):
    if math.isnan(number):
        raise ValueError("Invalid value NaN (not a number)")
    return number if math.isinf(number) else _ROUNDINGS[rounding](number)


def _divided(number, by, rounding):
    below, rest = divmod(number, by)
    if not rest:
        return below
    up = (False, True, 2 * rest > by or 2 * rest == by and below % 2 == 1, number >= 0)[rounding]
    return below + up


def _fields(number, unit, rounding):
    seconds, part = divmod(_divided(number, _SECOND // unit, rounding), unit)
    return seconds, part


def PyTime_AsSecondsDouble(time, /):
    time = _time(time)
    return float(time // _SECOND) if time % _SECOND == 0 else float(time) / 1e9


def _PyTime_AsTimeval(time, rounding, /):
    return _fields(_time(time), 10**6, _rounding(rounding))


def _PyTime_AsTimeval_clamp(time, rounding, /):
    # All times of 64 bits fit: there is nothing to clamp where seconds have 64 bits too.
    rounding = _rounding(rounding)
    return _fields(_time(time), 10**6, rounding)


def _PyTime_AsTimespec(time, /):
    return divmod(_time(time), _SECOND)


def _PyTime_AsTimespec_clamp(time, /):
    return divmod(_time(time), _SECOND)


def _PyTime_AsMilliseconds(time, rounding, /):
    return _divided(_time(time), 10**6, _rounding(rounding))


def _PyTime_AsMicroseconds(time, rounding, /):
    return _divided(_time(time), 10**3, _rounding(rounding))


def _PyTime_FromSeconds(seconds, /):
    if not hasattr(type(seconds), "__index__"):
        raise TypeError(f"{type(seconds).__name__!r} object cannot be interpreted as an integer")
    seconds = seconds.__index__()
    if not _LEAST <= seconds <= _MOST:
        raise OverflowError("Python int too large to convert to C long")
    if seconds >= 2**31:
        raise OverflowError("signed integer is greater than maximum")
    if seconds < -2**31:
        raise OverflowError("signed integer is less than minimum")
    return seconds * _SECOND


def _PyTime_FromSecondsObject(seconds, rounding, /):
    rounding = _rounding(rounding)
    if isinstance(seconds, float):
        return int(_in_range(_whole(seconds * 1e9, rounding)))
    if not isinstance(seconds, int):
        raise TypeError(f"{type(seconds).__name__!r} object cannot be interpreted as an integer")
    return _in_range(seconds * _SECOND)


def _PyTime_ObjectToTime_t(object, rounding, /):
    rounding = _rounding(rounding)
    if isinstance(object, float):
        return int(_in_range(_whole(object, rounding), "platform time_t"))
    if not hasattr(type(object), "__index__"):
        raise TypeError(f"{type(object).__name__!r} object cannot be interpreted as an integer")
    return _in_range(object.__index__(), "platform time_t")


def _seconds_and_part(object, unit, rounding):
    rounding = _rounding(rounding)
    if isinstance(object, float):
        if math.isnan(object):
            raise ValueError("Invalid value NaN (not a number)")
        part, seconds = math.modf(object)
        carry, part = divmod(_whole(part * unit, rounding), unit)
        return int(_in_range(seconds + carry, "platform time_t")), part
    if not isinstance(object, int):
        raise TypeError(f"argument must be int or float, not {type(object).__name__}")
    return _in_range(int(object), "platform time_t"), 0


def _PyTime_ObjectToTimeval(object, rounding, /):
    return _seconds_and_part(object, 10**6, rounding)


def _PyTime_ObjectToTimespec(object, rounding, /):
    return _seconds_and_part(object, _SECOND, rounding)
