"""OpenID Connect: the provider spoken with, its ID tokens looked at, who was pinned to whom."""
