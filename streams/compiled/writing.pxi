# Typed records to Avro, by a plan. Whatever is not plainly right is `_Odd`, what its reader would refuse too: then the
# slow way writes it, or says why not.

cdef struct Out:
    uint8_t* begin
    Py_ssize_t size
    Py_ssize_t room
    bint on_heap


cdef inline int _reserve(Out* out, Py_ssize_t more) except -1:
    cdef Py_ssize_t room
    cdef uint8_t* moved
    if out.size + more <= out.room:
        return 0
    room = max(2 * out.room, out.size + more)
    moved = <uint8_t*>realloc(out.begin if out.on_heap else NULL, room)
    if moved == NULL:
        raise MemoryError
    if not out.on_heap:
        memcpy(moved, out.begin, out.size)
    out.begin, out.room, out.on_heap = moved, room, True
    return 0


cdef inline int _put_number(Out* out, int64_t value) except -1:
    cdef uint64_t left = (<uint64_t>value << 1) ^ <uint64_t>(value >> 63)
    _reserve(out, 10)
    while left > 0x7F:
        out.begin[out.size] = <uint8_t>(left | 0x80)
        out.size += 1
        left >>= 7
    out.begin[out.size] = <uint8_t>left
    out.size += 1
    return 0


cdef inline int _put_octets(Out* out, const char* begin, Py_ssize_t size) except -1:
    _put_number(out, size)
    _reserve(out, size)
    memcpy(out.begin + out.size, begin, size)
    out.size += size
    return 0


cdef class Put:
    """Writes one value."""

    cdef int put(self, Out* out, object value) except -1:
        raise _Odd


cdef class PutNull(Put):
    cdef int put(self, Out* out, object value) except -1:
        if value is not None:
            raise _Odd
        return 0


cdef class PutInteger(Put):
    cdef int64_t low, high

    cdef int put(self, Out* out, object value) except -1:
        cdef int overflow = 0
        cdef int64_t number
        if not PyLong_CheckExact(value):
            raise _Odd
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
        if overflow or not self.low <= number <= self.high:
            raise _Odd
        return _put_number(out, number)


cdef class PutText(Put):
    cdef Taken taken

    cdef int put(self, Out* out, object value) except -1:
        cdef Py_ssize_t size
        cdef const char* begin
        if not PyUnicode_CheckExact(value):
            raise _Odd
        begin = PyUnicode_AsUTF8AndSize(value, &size)
        if not (self.taken.octets(<const uint8_t*>begin, size) if self.taken.of_set else self.taken.text(value)):
            raise _Odd
        return _put_octets(out, begin, size)


cdef class PutOctets(Put):
    cdef Py_ssize_t least, most

    cdef int put(self, Out* out, object value) except -1:
        if not PyBytes_CheckExact(value) or not self.least <= PyBytes_GET_SIZE(value) <= self.most:
            raise _Odd
        return _put_octets(out, PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))


cdef class PutBoolean(Put):
    cdef int put(self, Out* out, object value) except -1:
        if value is not True and value is not False:
            raise _Odd
        _reserve(out, 1)
        out.begin[out.size] = value is True
        out.size += 1
        return 0


cdef class PutDay(Put):
    cdef int put(self, Out* out, object value) except -1:
        if type(value) is not _DATE:
            raise _Odd
        return _put_number(out, <int64_t>value.toordinal() - EPOCH_DAY)


cdef class PutDouble(Put):
    cdef int put(self, Out* out, object value) except -1:
        cdef double number
        if not PyFloat_CheckExact(value):
            raise _Odd
        number = PyFloat_AS_DOUBLE(value)
        _reserve(out, 8)
        memcpy(out.begin + out.size, &number, 8)
        out.size += 8
        return 0


cdef class PutSymbol(Put):
    cdef list members  # by identity; each with its number in the schema
    cdef list numbers
    cdef dict names

    cdef int put(self, Out* out, object value) except -1:
        cdef Py_ssize_t place
        for place in range(PyList_GET_SIZE(self.members)):
            if PyList_GET_ITEM(self.members, place) == <PyObject*>value:
                return _put_number(out, self.numbers[place])
        if not PyUnicode_CheckExact(value):
            raise _Odd
        number = self.names.get(value)
        if number is None:
            raise _Odd
        return _put_number(out, number)


cdef class PutOptional(Put):
    cdef int null, other
    cdef bint may_be_null
    cdef Put value

    cdef int put(self, Out* out, object value) except -1:
        if value is None:
            if not self.may_be_null:
                raise _Odd
            return _put_number(out, self.null)
        _put_number(out, self.other)
        return self.value.put(out, value)


cdef class PutArray(Put):
    cdef Put item
    cdef Py_ssize_t least, most

    cdef int put(self, Out* out, object value) except -1:
        cdef Py_ssize_t size
        if not PyTuple_CheckExact(value) and not PyList_CheckExact(value):
            raise _Odd
        size = len(value)
        if not self.least <= size <= self.most:
            raise _Odd
        if size:
            _put_number(out, size)
            for each in value:
                self.item.put(out, each)
        return _put_number(out, 0)


cdef class PutMap(Put):
    cdef Put key, value
    cdef Py_ssize_t least, most

    cdef int put(self, Out* out, object value) except -1:
        if not PyDict_CheckExact(value) or not self.least <= len(value) <= self.most:
            raise _Odd
        if value:
            _put_number(out, len(value))
            for key, each in (<dict>value).items():
                self.key.put(out, key)
                self.value.put(out, each)
        return _put_number(out, 0)


cdef class PutRecord(Put):
    cdef object record
    cdef list names
    cdef list values

    cdef int put(self, Out* out, object value) except -1:
        cdef Py_ssize_t number
        if type(value) is not self.record:
            raise _Odd
        for number in range(PyList_GET_SIZE(self.names)):
            (<Put>self.values[number]).put(out, getattr(value, self.names[number]))
        return 0


cdef Put _put(tuple plan):
    """What writes by a plan; what is not known is odd."""
    kind = plan[0]
    cdef PutInteger integer
    cdef PutText text
    cdef PutOctets octets
    cdef PutSymbol symbol
    cdef PutOptional optional
    cdef PutArray array
    cdef PutMap map_
    cdef PutRecord record
    simple = {"null": PutNull, "boolean": PutBoolean, "day": PutDay, "double": PutDouble}.get(kind)
    if simple is not None:
        return simple()
    if kind == "integer":
        integer = PutInteger()
        integer.low, integer.high = plan[1], plan[2]
        return integer
    if kind == "text":
        text = PutText()
        text.taken = _taken(plan)
        return text
    if kind == "octets":
        octets = PutOctets()
        octets.least, octets.most = plan[1], plan[2]
        return octets
    if kind == "symbol":
        symbol = PutSymbol()
        symbol.members, symbol.numbers, symbol.names = list(plan[1]), list(plan[2]), dict(plan[3])
        return symbol
    if kind == "optional":
        optional = PutOptional()
        optional.null, optional.other, optional.value = plan[1], plan[2], _put(plan[3])
        optional.may_be_null = plan[4]
        return optional
    if kind == "array":
        array = PutArray()
        array.item, array.least, array.most = _put(plan[1]), plan[2], plan[3]
        return array
    if kind == "map":
        map_ = PutMap()
        map_.key, map_.value, map_.least, map_.most = _put(plan[1]), _put(plan[2]), plan[3], plan[4]
        return map_
    if kind == "record":
        record = PutRecord()
        record.record, record.names = plan[1], [name for name, _ in plan[2]]
        record.values = [_put(each) for _, each in plan[2]]
        return record
    return Put()


cdef class Writer:
    """Records of one type, behind a head."""
    cdef bytes head
    cdef Put value

    def __init__(self, bytes head, tuple plan):
        self.head, self.value = head, _put(plan)

    def write(self, value):
        """The value as bytes; `ODD` where that is for the slow way."""
        cdef uint8_t here[1024]
        cdef Out out
        out.begin, out.size, out.room, out.on_heap = here, 0, sizeof(here), False
        try:
            _reserve(&out, PyBytes_GET_SIZE(self.head))
            memcpy(out.begin, PyBytes_AS_STRING(self.head), PyBytes_GET_SIZE(self.head))
            out.size = PyBytes_GET_SIZE(self.head)
            self.value.put(&out, value)
            return PyBytes_FromStringAndSize(<const char*>out.begin, out.size)
        except (_OddValue, UnicodeEncodeError):
            return _OddValue
        finally:
            if out.on_heap:
                free(out.begin)
