"""One composition a file: each paints one kind of scene on an `Art`. `registry` lists them."""
