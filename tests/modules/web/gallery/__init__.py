"""All components on a few invented pages: for looking at them, and for the tests of the shell. Not part of the product."""
