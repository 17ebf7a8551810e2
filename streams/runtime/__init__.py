"""Running stages: merge by time, unit of work, restore, ticks, references, health."""
