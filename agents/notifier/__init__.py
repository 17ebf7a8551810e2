"""The reference consumer of notices: sends each when it is due, and says what became of it.

`plan` decides (pure), `marks` and `book` know what is done and what waits (pure), `ways` is the
configuration, `sinks` sends, `consumer` is the part that talks to Kafka.
"""
