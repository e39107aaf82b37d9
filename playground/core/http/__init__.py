"""The web server below Django: connections of clients, and the bodies of their requests."""
