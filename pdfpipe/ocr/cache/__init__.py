"""What engines have read, kept so that the same page never costs recognition twice."""
