"""The read model: what the topics say of open and recent cases, copied into a database of its own.

`rows` says which rows a record makes (pure), `database` keeps them with the offsets in one
transaction, `follower` reads Kafka, `views` is what pages read, `changes` tells who listens.
"""
