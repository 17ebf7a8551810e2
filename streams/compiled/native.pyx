# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=False
"""The hot path in C: record batches, Avro to records, records to Avro.

Nothing here decides anything: what is not plainly right is given back as `ODD`, and the code in
Python, which does the same without this, says what becomes of it.
"""
cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_CheckExact
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.list cimport PyList_CheckExact, PyList_GET_SIZE
from cpython.long cimport PyLong_CheckExact
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cpython.tuple cimport PyTuple_CheckExact, PyTuple_GET_SIZE, PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_CheckExact, PyUnicode_DecodeUTF8, PyUnicode_GET_LENGTH
from libc.stdint cimport INT64_MIN, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy

from datetime import date

from streams.topology import RECORD_OVERHEAD_BYTES, Message

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except NULL
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1
    object PyObject_Vectorcall(object, PyObject**, size_t, object)
    PyObject* PyList_GET_ITEM(object, Py_ssize_t)
    object PyType_GenericAlloc(PyTypeObject*, Py_ssize_t)

cdef enum:
    MOST_FIELDS = 64
    MOST_KNOWN = 256  # texts, for each pattern of a plan
    MOST_KNOWN_CHARACTERS = 64
    EPOCH_DAY = 719163  # the ordinal of 1970-01-01
    LAST_DAY = 3652059  # that of 9999-12-31


class _OddValue(Exception):
    """Not plainly right."""


ODD = _OddValue
cdef object _Odd = _OddValue
cdef object _MESSAGE = Message
cdef object _DATE = date
cdef object _day_of = date.fromordinal
cdef tuple _NO_HEADERS = ()
cdef Py_ssize_t _OVERHEAD = RECORD_OVERHEAD_BYTES

cdef struct Cursor:
    const uint8_t* p
    const uint8_t* end


cdef inline int64_t _number(Cursor* at) except? -1:
    """A zigzag number of at most 64 bits."""
    cdef uint64_t bits = 0
    cdef int shift = 0
    cdef uint8_t byte
    while at.p < at.end:
        byte = at.p[0]
        at.p += 1
        if shift == 63 and byte > 1:
            raise _Odd
        bits |= <uint64_t>(byte & 0x7F) << shift
        if byte < 0x80:
            return <int64_t>(bits >> 1) ^ -<int64_t>(bits & 1)
        shift += 7
    raise _Odd


cdef inline object _allocate(object kind, Py_ssize_t size):
    return PyType_GenericAlloc(<PyTypeObject*>kind, size)


cdef inline void _set(tuple made, Py_ssize_t place, object value):
    Py_INCREF(value)
    PyTuple_SET_ITEM(made, place, value)


include "placing.pxi"
include "records.pxi"
include "reading.pxi"
include "writing.pxi"
