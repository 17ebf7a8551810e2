"""`recourse causes`: what makes customers and sites disagree, and what would avoid it."""
