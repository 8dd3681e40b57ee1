"""Media behind URLs, downloaded once into the store, before anything is measured."""
