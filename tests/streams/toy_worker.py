"""The worker of the toy domain, as a process of its own.

TOY_STAGES names its stages; with "uncarried" among them it is a version that carries no records.
"""

import dataclasses
import os
import sys

from streams import settings
from streams.errors import ConfigurationError
from streams.runtime.worker import leave, run
from tests.streams.toy import Toy, encode_order, encode_tick

if __name__ == "__main__":
    try:
        loaded = settings.load()
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        leave(error.exit_code)
    toy = Toy(loaded.application)
    wanted = os.environ.get("TOY_STAGES", "counting echo").split()
    stages = [stage for stage in toy.stages if stage.name in wanted]
    if "uncarried" in wanted:
        stages = [
            dataclasses.replace(
                each, inputs=tuple(t for t in each.inputs if t != each.carried), carried=None
            )
            for each in stages
        ]
    leave(run(stages, toy.references, loaded, encode_tick, encode_order))
