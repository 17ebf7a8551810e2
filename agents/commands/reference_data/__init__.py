"""Commands about the policy and the directory."""
