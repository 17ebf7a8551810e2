"""Open cases as `recourse cases` shows them."""
