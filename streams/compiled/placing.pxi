# Where murmur2 places a key: as Java's producer does, and librdkafka's with `murmur2_random`.

cdef inline uint32_t _murmur2(const uint8_t* key, Py_ssize_t size) noexcept nogil:
    cdef uint32_t found = <uint32_t>0x9747B28C ^ <uint32_t>size
    cdef uint32_t four
    while size >= 4:
        four = key[0] | <uint32_t>key[1] << 8 | <uint32_t>key[2] << 16 | <uint32_t>key[3] << 24
        four *= <uint32_t>0x5BD1E995
        four ^= four >> 24
        four *= <uint32_t>0x5BD1E995
        found *= <uint32_t>0x5BD1E995
        found ^= four
        key += 4
        size -= 4
    if size == 3:
        found ^= <uint32_t>key[2] << 16
    if size >= 2:
        found ^= <uint32_t>key[1] << 8
    if size >= 1:
        found ^= key[0]
        found *= <uint32_t>0x5BD1E995
    found ^= found >> 13
    found *= <uint32_t>0x5BD1E995
    return found ^ (found >> 15)


cdef inline int _partition_of(const uint8_t* key, Py_ssize_t size, int partitions) noexcept nogil:
    return <int>((_murmur2(key, size) & 0x7FFFFFFF) % <uint32_t>partitions)


def partition_of(bytes key, int partitions):
    """The partition of a key among so many."""
    if partitions < 1:
        raise ValueError("there is no partition")
    return _partition_of(<const uint8_t*>PyBytes_AS_STRING(key), PyBytes_GET_SIZE(key), partitions)
