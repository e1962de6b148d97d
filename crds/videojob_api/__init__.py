"""The VideoJob API: the one place where its words, fields, rules and codes are written down."""
