"""The stages beside the live ones: they run under the policy to compare with."""
