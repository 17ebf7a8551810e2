"""The application: the rules, the stages, the commands.

Whatever imports any of it takes time zones from the package `tzdata` alone. Python would ask the
machine's own list first, and two workers on images of different age would decide differently; a
replay, too.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()  # of those that somebody asked for before
