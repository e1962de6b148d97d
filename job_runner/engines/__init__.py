"""What runs models: each engine in a file of its own, its library imported where it is used."""
