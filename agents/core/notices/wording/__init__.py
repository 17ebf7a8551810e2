"""How a notice is worded: Fluent's texts, amounts and times, the characters of an SMS."""
