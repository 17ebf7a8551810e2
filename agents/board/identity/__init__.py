"""Who somebody is on the board, and what they may: sign-in, links, sessions, the table of rights.

`permissions` is the table and `people` what somebody is by policy and directory (both pure),
`openid` speaks with the identity provider, `sealed` holds sessions in cookies, `guard` lies around
every page, `gate` is what the pages ask, `signing` has the pages of signing in and out.
"""
