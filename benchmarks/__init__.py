"""Checks of the method that take minutes to hours; none runs with the tests."""
