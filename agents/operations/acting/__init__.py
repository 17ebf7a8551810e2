"""A person acts on a case: what they say becomes an action, and the desk's answer becomes words."""
