"""How an explanation is worded: reasons, rules, amounts and times."""
