"""The content of the reference: its tables from the lists of imageapi, its sentences beside them."""
