#!/bin/sh
# Completion in bash, zsh and fish.
exec tools/check-completions "$TEST_GOWARD"
