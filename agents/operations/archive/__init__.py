"""The past, longer than Kafka keeps it: every topic of the contract as Parquet, by topic and day.

`manifest.json` is the truth: which files there are, and up to which offset they hold each
partition. It is replaced at once or not at all, so files and offsets agree whatever dies; a file
that it does not name is not there.
"""
