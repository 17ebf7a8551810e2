"""A worker that takes a minute to be sure that a topic has changed: `make check-alerts` starts it.

One that takes four seconds, as it does, ends with 78 before the alert's two minutes are over: that
alert is for a worker that goes on, as where the brokers of a cluster long say different things.
"""

from agents.commands import main
from streams.runtime import topic_watch

SECONDS = 60.0

if __name__ == "__main__":
    topic_watch.CONFIRM_SECONDS = SECONDS
    main()
