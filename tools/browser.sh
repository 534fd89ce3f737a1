#!/usr/bin/env bash
# The tests drive a real Chromium and read PDFs. On a machine without them, install them where we may, else say how.
set -euo pipefail
packages=()
command -v chromium >/dev/null || packages+=(chromium)
command -v pdftotext >/dev/null || packages+=(poppler-utils)
fc-list 2>/dev/null | grep -qi "noto.*cjk" || packages+=(fonts-noto-cjk)
[ ${#packages[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >/dev/null
  exit 0
fi
echo "请先安装 / please install first: sudo apt-get install ${packages[*]}" >&2
exit 3
