"""Does the channel work: customers inside the pilot against those outside, at the same sites."""
