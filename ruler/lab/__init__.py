"""THE WINDOW: Pygame front end. The only room that imports pygame."""
