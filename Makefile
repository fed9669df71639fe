# Short names for the usual commands. CONTRIBUTING.md says more about each.

.PHONY: help test lint fuzz bench check release

help: # the targets, as go and .ci/run see them
	@grep -E '^[a-z]+:' Makefile

test: # all tests of all modules
	go test -race work

lint: # the linters, for each module
	.ci/run lint

fuzz: # each fuzz target for some seconds
	.ci/run fuzz

bench: # what a request costs, beside other libraries
	go test -run '^$$' -bench Overhead ./internal/bench

check: # everything that a change has to pass
	.ci/run

release: # is the next version ready, and which commands publish it
	go run ./internal/release
