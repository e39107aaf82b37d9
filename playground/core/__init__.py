"""What every app uses; imports none of them."""
