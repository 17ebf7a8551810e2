# Kafka's record batches (format 2): where each record's parts lie, found once; a Message only for who asks.

cdef struct Entry:
    int64_t timestamp
    int64_t offset
    const uint8_t* key
    const uint8_t* value
    const uint8_t* headers
    int32_t key_size  # -1: null
    int32_t value_size  # -1: null
    int32_t headers_count


@cython.no_gc  # holds no cycle; and a collector that took `whole` from a part would have it free what is not its own
cdef class Records:
    cdef readonly str topic
    cdef readonly int partition
    cdef bytes data  # what the entries point into
    cdef Records whole  # the owner of the entries, of a part
    cdef Entry* entries
    cdef Py_ssize_t count

    def __dealloc__(self):
        if self.whole is None:
            free(self.entries)

    def __len__(self):
        return self.count

    cdef Py_ssize_t _place(self, Py_ssize_t place) except -1:
        if place < 0:
            place += self.count
        if not 0 <= place < self.count:
            raise IndexError("no such record")
        return place

    cdef object _message(self, Py_ssize_t place):
        cdef Entry* entry = &self.entries[place]
        headers = _NO_HEADERS if entry.headers_count == 0 else _headers(self, entry)
        cdef tuple made = <tuple>_allocate(_MESSAGE, 7)
        _set(made, 0, self.topic)
        _set(made, 1, self.partition)
        _set(made, 2, entry.offset)
        _set(made, 3, entry.timestamp)
        _set(made, 4, _octets(entry.key, entry.key_size))
        _set(made, 5, _octets(entry.value, entry.value_size))
        _set(made, 6, headers)
        return made

    cdef Records _part(self, Py_ssize_t begin, Py_ssize_t end):
        cdef Records part = Records.__new__(Records)
        part.topic, part.partition, part.data = self.topic, self.partition, self.data
        part.whole = self if self.whole is None else self.whole
        part.entries = self.entries + begin
        part.count = max(0, end - begin)
        return part

    def __getitem__(self, place):
        if isinstance(place, slice):
            begin, end, step = place.indices(self.count)
            if step != 1:
                raise ValueError("a part has a step of 1")
            return self._part(begin, end)
        return self._message(self._place(place))

    def __iter__(self):
        cdef Py_ssize_t place
        return iter([self._message(place) for place in range(self.count)])

    def offset(self, Py_ssize_t place):
        return self.entries[self._place(place)].offset

    def timestamp(self, Py_ssize_t place):
        return self.entries[self._place(place)].timestamp

    def largest_timestamp(self):
        if self.count == 0:
            raise ValueError("there are none")
        cdef int64_t largest = self.entries[0].timestamp
        cdef Py_ssize_t place
        for place in range(1, self.count):
            largest = max(largest, self.entries[place].timestamp)
        return largest

    def values(self):
        cdef Py_ssize_t place
        return [
            _octets(self.entries[place].value, self.entries[place].value_size)
            for place in range(self.count)
        ]

    def until(self, Py_ssize_t begin, Py_ssize_t end, int64_t latest):
        cdef Py_ssize_t place
        for place in range(max(0, begin), min(end, self.count)):
            if self.entries[place].timestamp > latest:
                return place
        return end

    def misplaced(self, int number, int partitions):
        """The places of records that lie in this partition, and whose keys belong into another."""
        cdef Py_ssize_t place
        cdef Entry* entry
        cdef list found = []
        if partitions < 1:
            raise ValueError("there is no partition")
        for place in range(self.count):
            entry = &self.entries[place]
            if entry.key_size >= 0 and _partition_of(entry.key, entry.key_size, partitions) != number:
                found.append(place)
        return found

    @property
    def size_bytes(self):
        cdef Py_ssize_t place, size = 0
        for place in range(self.count):
            size += max(0, self.entries[place].key_size) + max(0, self.entries[place].value_size)
        return size + self.count * _OVERHEAD


cdef inline object _octets(const uint8_t* begin, int32_t size):
    return None if size < 0 else PyBytes_FromStringAndSize(<const char*>begin, size)


cdef inline int32_t _size(Cursor* at) except -2:
    """The size of what follows, -1 for null; what follows is there."""
    cdef int64_t size = _number(at)
    if size < 0:
        return -1
    if size > at.end - at.p:
        raise _Odd
    return <int32_t>size


cdef tuple _headers(Records records, Entry* entry):
    cdef Cursor at
    cdef int32_t size
    at.p = entry.headers
    at.end = <const uint8_t*>PyBytes_AS_STRING(records.data) + PyBytes_GET_SIZE(records.data)
    cdef list found = []
    for _ in range(entry.headers_count):
        size = max(0, _size(&at))
        name = PyUnicode_DecodeUTF8(<const char*>at.p, size, "replace")
        at.p += size
        size = _size(&at)
        found.append((name, _octets(at.p, size)))
        at.p += max(0, size)
    return tuple(found)


cdef int _find(Entry* entry, Cursor* at, int64_t first_offset, int64_t first_at, int64_t append_at) except -1:
    """One record; the cursor is behind it afterwards."""
    cdef int64_t size = _number(at)
    cdef Cursor inside
    if size <= 0 or size > at.end - at.p:
        raise _Odd
    inside.p, inside.end = at.p + 1, at.p + size  # the first byte holds a record's attributes: unused
    entry.timestamp = first_at + _number(&inside)
    if append_at >= 0:
        entry.timestamp = append_at
    entry.offset = first_offset + _number(&inside)
    entry.key_size = _size(&inside)
    entry.key = inside.p
    inside.p += max(0, entry.key_size)
    entry.value_size = _size(&inside)
    entry.value = inside.p
    inside.p += max(0, entry.value_size)
    cdef int64_t headers = _number(&inside)
    if headers < 0 or headers > inside.end - inside.p:
        raise _Odd
    entry.headers, entry.headers_count = inside.p, <int32_t>headers
    for _ in range(headers):
        inside.p += max(0, _size(&inside))
        inside.p += max(0, _size(&inside))
    at.p += size
    return 0


def read_records(
    str topic, int partition, bytes body, Py_ssize_t begin, int64_t first_offset, int64_t first_at,
    int64_t append_at, int count, int64_t wanted_from,
):
    """The records of a batch's body from an offset on; `append_at` is -1 where producers give the time.

    Raises:
        ValueError: the body is not that many records.
    """
    cdef Records found = Records.__new__(Records)
    cdef Cursor at
    cdef Entry* entry
    found.topic, found.partition, found.data = topic, partition, body
    if not 0 <= begin <= PyBytes_GET_SIZE(body) or not 0 <= count <= PyBytes_GET_SIZE(body):
        raise ValueError("a broken record batch")
    at.p = <const uint8_t*>PyBytes_AS_STRING(body) + begin
    at.end = <const uint8_t*>PyBytes_AS_STRING(body) + PyBytes_GET_SIZE(body)
    found.entries = <Entry*>malloc(max(1, count) * sizeof(Entry))
    if found.entries == NULL:
        raise MemoryError
    try:
        for _ in range(count):
            entry = &found.entries[found.count]
            _find(entry, &at, first_offset, first_at, append_at)
            if entry.offset >= wanted_from:  # a batch may begin before the offset that was asked for
                found.count += 1
    except _OddValue:
        raise ValueError("a broken record batch") from None
    return found
