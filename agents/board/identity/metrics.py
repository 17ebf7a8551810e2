"""What is counted of signing in. Labels are bounded words; nobody's id is one."""

from prometheus_client import Counter

SIGN_INS = Counter(
    "recourse_board_sign_ins_total",
    "Who came to the board: how (link, fact, oidc, demo), and what became of it (in, refused, "
    "away: the identity provider could not be asked).",
    ["by", "result"],
)
