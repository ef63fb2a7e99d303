#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes ./configure and Makefile.in from configure.ac and Makefile.am. Needs autoconf, automake and pkg-config.
set -eu
cd "$(dirname "$0")"
exec autoreconf --force --install
