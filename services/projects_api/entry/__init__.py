"""What an entry must hold before it is recorded, and what is told of it as a doubt."""
