"""The auditor: looks at the topics from outside, and proves that nobody was forgotten.

It has its own small logic and uses none of the core's functions, so that a mistake there is not
made here too; of the core it takes the policy's numbers alone.
"""
