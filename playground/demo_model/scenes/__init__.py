"""One composition a file, grouped by subject: each paints one kind of scene on an `Art`. `registry` lists them."""
