"""The reference job of the race between engines, as one stage on `streams/`.

Three topics of service events, one state a visit, disagreements counted per customer and hour, the
site's manager attached: small enough that every engine can be held against one oracle.
"""
