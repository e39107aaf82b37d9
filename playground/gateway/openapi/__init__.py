"""The description of the image API in OpenAPI 3.1, made from the same lists that the API checks requests with."""
