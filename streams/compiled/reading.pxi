# Avro to typed records in one pass, by a plan (streams/serialisation/plans.py). Whatever is not plainly right is
# `_Odd`: then the slow way decides, and says what is wrong.

cdef class Node:
    """Reads one value, or passes over it; both only take what is well formed."""

    cdef object read(self, Cursor* at):
        raise _Odd

    cdef int skip(self, Cursor* at) except -1:
        self.read(at)
        return 0


cdef class Null(Node):
    cdef object read(self, Cursor* at):
        return None


cdef class Integer(Node):
    cdef int64_t low, high

    cdef object read(self, Cursor* at):
        cdef int64_t found = _number(at)
        if not self.low <= found <= self.high:
            raise _Odd
        return found


cdef class Taken:
    """The texts that a record takes, for its reader and its writer."""
    cdef Py_ssize_t least, most
    cdef object search  # of a compiled pattern, or None
    cdef bint of_set
    cdef uint8_t allowed[256]
    cdef set known  # short texts that the pattern takes: there are few of them, and it is slow

    cdef bint octets(self, const uint8_t* begin, Py_ssize_t size) noexcept:
        """Whether a text of the set is taken; that is ASCII only, so bytes are characters."""
        cdef Py_ssize_t place
        if not self.least <= size <= self.most:
            return False
        for place in range(size):
            if not self.allowed[begin[place]]:
                return False
        return True

    cdef bint text(self, object value) except -1:
        """Whether any other text is taken."""
        if not self.least <= PyUnicode_GET_LENGTH(value) <= self.most:
            return False
        if self.search is None or value in self.known:
            return True
        if self.search(value) is None:
            return False
        if PyUnicode_GET_LENGTH(value) <= MOST_KNOWN_CHARACTERS:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known.add(value)
        return True


cdef Taken _taken(tuple plan):
    cdef Taken taken = Taken()
    cdef int code
    taken.least, taken.most, taken.search, allowed = plan[1], plan[2], plan[3], plan[4]
    taken.of_set, taken.known = allowed is not None, set()
    if taken.of_set:
        for code in range(256):
            taken.allowed[code] = code < 128 and chr(code) in allowed
    return taken


cdef class Text(Node):
    cdef Taken taken

    cdef object read(self, Cursor* at):
        cdef int64_t size = _number(at)
        cdef const uint8_t* begin = at.p
        if size < 0 or size > at.end - begin:
            raise _Odd
        at.p += size
        if self.taken.of_set:
            if not self.taken.octets(begin, size):
                raise _Odd
            return PyUnicode_DecodeUTF8(<const char*>begin, size, NULL)
        found = _decoded(begin, size)
        if not self.taken.text(found):
            raise _Odd
        return found

    cdef int skip(self, Cursor* at) except -1:
        cdef int64_t size = _number(at), place
        cdef const uint8_t* begin = at.p
        if size < 0 or size > at.end - begin:
            raise _Odd
        at.p += size
        for place in range(size):
            if begin[place] >= 0x80:
                _decoded(begin, size)
                break
        return 0


cdef object _decoded(const uint8_t* begin, Py_ssize_t size):
    try:
        return PyUnicode_DecodeUTF8(<const char*>begin, size, NULL)
    except UnicodeDecodeError:
        raise _Odd from None


cdef class Octets(Node):
    cdef Py_ssize_t least, most

    cdef object read(self, Cursor* at):
        cdef int64_t size = _number(at)
        cdef const uint8_t* begin = at.p
        if size < self.least or size > self.most or size > at.end - begin:
            raise _Odd
        at.p += size
        return PyBytes_FromStringAndSize(<const char*>begin, size)


cdef class Day(Node):
    cdef object read(self, Cursor* at):
        cdef int64_t number = _number(at) + EPOCH_DAY
        if not 1 <= number <= LAST_DAY:
            raise _Odd
        return _day_of(number)


cdef class Boolean(Node):
    cdef object read(self, Cursor* at):
        if at.p >= at.end or at.p[0] > 1:
            raise _Odd
        at.p += 1
        return at.p[-1] == 1


cdef class Double(Node):
    cdef object read(self, Cursor* at):
        cdef double found
        if at.end - at.p < 8:
            raise _Odd
        memcpy(&found, at.p, 8)
        at.p += 8
        return found


cdef class Symbol(Node):
    cdef tuple values  # `_OddValue` for one that the record does not take

    cdef object read(self, Cursor* at):
        cdef int64_t number = _number(at)
        if not 0 <= number < PyTuple_GET_SIZE(self.values):
            raise _Odd
        found = self.values[number]
        if found is _OddValue:
            raise _Odd
        return found

    cdef int skip(self, Cursor* at) except -1:
        if not 0 <= _number(at) < PyTuple_GET_SIZE(self.values):
            raise _Odd
        return 0


cdef class Union(Node):
    cdef list branches

    cdef Node _branch(self, Cursor* at):
        cdef int64_t number = _number(at)
        if not 0 <= number < PyList_GET_SIZE(self.branches):
            raise _Odd
        return <Node>self.branches[number]

    cdef object read(self, Cursor* at):
        return self._branch(at).read(at)

    cdef int skip(self, Cursor* at) except -1:
        return self._branch(at).skip(at)


cdef struct Block:
    int64_t left
    int64_t size  # -1 where it is not said
    const uint8_t* first


cdef inline int _begin_block(Cursor* at, Block* block) except -1:
    """The next block's entries, 0 at the end; each entry takes a byte at least."""
    block.left, block.size = _number(at), -1
    if block.left < 0:
        if block.left == INT64_MIN:
            raise _Odd
        block.left = -block.left
        block.size = _number(at)
        if block.size < 0:
            raise _Odd
    if block.left > at.end - at.p:
        raise _Odd
    block.first = at.p
    return 0


cdef inline int _end_block(Cursor* at, Block* block) except -1:
    if block.size >= 0 and at.p - block.first != block.size:
        raise _Odd
    return 0


cdef class Array(Node):
    cdef Node item
    cdef bint as_tuple
    cdef Py_ssize_t least, most

    cdef object read(self, Cursor* at):
        cdef list found = []
        cdef Block block
        while True:
            _begin_block(at, &block)
            if block.left == 0:
                break
            while block.left:
                found.append(self.item.read(at))
                block.left -= 1
            _end_block(at, &block)
        if not self.least <= PyList_GET_SIZE(found) <= self.most:
            raise _Odd
        return tuple(found) if self.as_tuple else found

    cdef int skip(self, Cursor* at) except -1:
        cdef Block block
        while True:
            _begin_block(at, &block)
            if block.left == 0:
                return 0
            while block.left:
                self.item.skip(at)
                block.left -= 1
            _end_block(at, &block)


cdef class Map(Node):
    cdef Node key, value
    cdef Py_ssize_t least, most

    cdef object read(self, Cursor* at):
        cdef dict found = {}
        cdef Block block
        while True:
            _begin_block(at, &block)
            if block.left == 0:
                break
            while block.left:
                key = self.key.read(at)
                found[key] = self.value.read(at)
                block.left -= 1
            _end_block(at, &block)
        if not self.least <= len(found) <= self.most:
            raise _Odd
        return found

    cdef int skip(self, Cursor* at) except -1:
        cdef Block block
        while True:
            _begin_block(at, &block)
            if block.left == 0:
                return 0
            while block.left:
                self.key.skip(at)
                self.value.skip(at)
                block.left -= 1
            _end_block(at, &block)


cdef inline void _keep(PyObject** place, object value):
    """Puts a value where there may be one already: of two the last counts."""
    cdef PyObject* before = place[0]
    Py_INCREF(value)
    place[0] = <PyObject*>value
    Py_XDECREF(before)


cdef class Record(Node):
    cdef object record
    cdef list nodes  # of the fields as written
    cdef list places  # of each among the names, -1 where it is not wanted
    cdef tuple names
    cdef list given  # (place, value) of what was not written

    cdef object read(self, Cursor* at):
        cdef PyObject* values[MOST_FIELDS]
        cdef Py_ssize_t number, place, count = PyTuple_GET_SIZE(self.names)
        for number in range(count):
            values[number] = NULL
        try:
            for number in range(PyList_GET_SIZE(self.nodes)):
                place = <Py_ssize_t>self.places[number]
                if place < 0:
                    (<Node>self.nodes[number]).skip(at)
                else:
                    _keep(&values[place], (<Node>self.nodes[number]).read(at))
            for place, value in self.given:
                _keep(&values[place], value)
            return PyObject_Vectorcall(self.record, values, 0, self.names)
        finally:
            for number in range(count):
                Py_XDECREF(values[number])

    cdef int skip(self, Cursor* at) except -1:
        cdef Py_ssize_t number
        for number in range(PyList_GET_SIZE(self.nodes)):
            (<Node>self.nodes[number]).skip(at)
        return 0


cdef Node _node(tuple plan):
    """The nodes of a plan; what is not known is odd."""
    kind = plan[0]
    cdef Integer integer
    cdef Text text
    cdef Octets octets
    cdef Symbol symbol
    cdef Union union
    cdef Array array
    cdef Map map_
    cdef Record record
    if kind == "null":
        return Null()
    if kind == "boolean":
        return Boolean()
    if kind == "day":
        return Day()
    if kind == "double":
        return Double()
    if kind == "integer":
        integer = Integer()
        integer.low, integer.high = plan[1], plan[2]
        return integer
    if kind == "text":
        text = Text()
        text.taken = _taken(plan)
        return text
    if kind == "octets":
        octets = Octets()
        octets.least, octets.most = plan[1], plan[2]
        return octets
    if kind == "symbol":
        symbol = Symbol()
        symbol.values = tuple(_OddValue if each is None else each for each in plan[1])
        return symbol
    if kind == "union":
        union = Union()
        union.branches = [_node(each) for each in plan[1]]
        return union
    if kind == "array":
        array = Array()
        array.item, array.as_tuple, array.least, array.most = _node(plan[1]), plan[2], plan[3], plan[4]
        return array
    if kind == "map":
        map_ = Map()
        map_.key, map_.value, map_.least, map_.most = _node(plan[1]), _node(plan[2]), plan[3], plan[4]
        return map_
    if kind == "record" and len(plan[3]) <= MOST_FIELDS:
        record = Record()
        record.record, record.names, record.given = plan[1], plan[3], list(plan[4])
        record.nodes = [_node(each) for each, _ in plan[2]]
        record.places = [place for _, place in plan[2]]
        return record
    return Node()


cdef class Reader:
    """Values of one topic: each begins with a head that says which plan reads it."""
    cdef dict plans
    cdef bytes last_head
    cdef Node last

    def __init__(self):
        self.plans = {}
        self.last_head = b""

    def know(self, bytes head, tuple plan):
        """Reads what begins so by this plan."""
        self.plans[head] = _node(plan)

    cdef object _read(self, const uint8_t* begin, Py_ssize_t size):
        cdef Cursor at
        cdef Py_ssize_t head = PyBytes_GET_SIZE(self.last_head)
        at.end = begin + size
        try:
            if head == 0 or size < head or memcmp(begin, PyBytes_AS_STRING(self.last_head), head) != 0:
                head = 0 if size == 0 else 5 if begin[0] == 0 else 10
                if head == 0 or size < head:
                    return _OddValue
                key = PyBytes_FromStringAndSize(<const char*>begin, head)
                node = self.plans.get(key)
                if node is None:
                    return _OddValue
                self.last_head, self.last = key, <Node>node
            at.p = begin + head
            found = self.last.read(&at)
            return found if at.p == at.end else _OddValue
        except _OddValue:
            return _OddValue

    def read(self, bytes value):
        """The record in a value; `ODD` where that is for the slow way to say."""
        return self._read(<const uint8_t*>PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))

    def read_all(self, Records records):
        """The record in each value, likewise, and the places of those that are `ODD`."""
        cdef Py_ssize_t place
        cdef Entry* entry
        cdef list found = [], odd = []
        for place in range(records.count):
            entry = &records.entries[place]
            record = _OddValue if entry.value_size < 0 else self._read(entry.value, entry.value_size)
            if record is _OddValue:
                odd.append(place)
            found.append(record)
        return found, odd
