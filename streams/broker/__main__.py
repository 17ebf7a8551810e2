"""`python -m streams.broker`: fetch Kafka into the user's cache."""

from streams.broker.jars import JarsError, jars

try:
    jars()
except JarsError as problem:
    raise SystemExit(str(problem)) from None
