"""What a browser keeps for us: sealed text, sessions in it, and the cookies that hold them."""
