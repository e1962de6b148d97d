"""`make soak`: a thousand SIGKILLs at random moments; each job ends in the same bytes."""
