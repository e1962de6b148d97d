"""Where attempts run, how long they wait there, and who may begin: a policy a file, `choose` puts them together."""
