#!/usr/bin/env bash
# What Debian keeps beside a package: changelog.gz in Debian's form, which names the version alone, and NEWS.gz, which is
# the project's own CHANGELOG.md.
#   changelog.sh PACKAGE VERSION CHANGELOG.md FOLDER
set -euo pipefail

package="$1"
version="$2"
news="$3"
folder="$4"
mkdir -p "$folder"
# The same sources make the same package (reproducible-builds.org, SOURCE_DATE_EPOCH).
when="$(LC_ALL=C date -u -R -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y "$news")}")"
gzip -9nc "$news" >"$folder/NEWS.gz"
gzip -9nc >"$folder/changelog.gz" <<TXT
$package ($version) unstable; urgency=medium

  * NEWS.gz says what is new.

 -- Countersign maintainers <maintainers@countersign.invalid>  $when
TXT
