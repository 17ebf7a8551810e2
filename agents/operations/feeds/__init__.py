"""`recourse feeds`: what sites send, and how late and how complete it comes."""
