"""Values into vectors: encoders loaded, fed and passed; a value that one cannot bear costs its own row."""
