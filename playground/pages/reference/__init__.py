"""What the reference says: its tables from the lists of imageapi, its sentences beside them."""
