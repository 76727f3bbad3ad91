"""The numbers that a menu decision rests on: counted, estimated with an interval, or marked as unknown."""
