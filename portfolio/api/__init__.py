"""The record side of API v1: what people record, in the words of the contract."""
