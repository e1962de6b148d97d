"""What is worth showing: measurements of pictures and sound, and what follows from them. Pure."""
