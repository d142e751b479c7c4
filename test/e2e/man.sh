#!/bin/sh
# The manual pages are what the command tables say, and render.
exec tools/check-man "$TEST_GOWARD"
