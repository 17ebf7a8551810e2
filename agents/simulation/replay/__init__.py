"""The recorded past once more: under the policy of then as a proof, under another as a question.

Stage customers alone runs, on the outcomes that managers decided then. So customers do not depend
on each other, and each one's past is run in one go, on any core.
"""
