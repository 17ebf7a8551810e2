"""Hypothesis strategies: valid records of every type, made from the types themselves."""

import math
from datetime import date
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

_WORDS = st.text(st.characters(codec="utf-8"), max_size=12)  # without surrogates


@cache
def records(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Valid records of a type; one strategy for all who ask, as Hypothesis looks at each anew."""
    return _struct(inspect.type_info(kind))


def _struct(info: Any) -> st.SearchStrategy[Any]:
    fields = {field.name: _of(field.type) for field in info.fields}
    return st.builds(info.cls, **fields)


def _of(info: Any) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911, PLR0912 - a case a type
    match info:
        case inspect.UnionType():
            return st.one_of([_of(each) for each in info.types])
        case inspect.NoneType():
            return st.none()
        case inspect.StrType():
            if info.pattern is not None:
                most = info.max_length or math.inf
                return st.from_regex(info.pattern, fullmatch=True).filter(lambda t: len(t) <= most)
            return _WORDS
        case inspect.IntType():
            low = -(2**31) if info.ge is None else info.ge
            high = info.le if info.le is not None else (info.lt or 2**31) - 1
            return st.integers(low, high)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False).filter(math.isfinite)
        case inspect.BoolType():
            return st.booleans()
        case inspect.BytesType():
            return st.binary(max_size=20)
        case inspect.DateType():
            return st.dates(date(1970, 1, 1), date(2100, 1, 1))
        case inspect.EnumType():
            return st.sampled_from(list(info.cls))
        case inspect.VarTupleType():
            return st.lists(_of(info.item_type), max_size=3).map(tuple)
        case inspect.DictType():
            return st.dictionaries(_WORDS, _of(info.value_type), max_size=3)
        case inspect.StructType():
            return _struct(info)
        case _:
            raise AssertionError(f"no strategy for {info}")
