"""`recourse effect --html`: one page that needs nothing but itself."""
