#!/usr/bin/env bash
# Runs the splice engine under AddressSanitizer with UndefinedBehaviorSanitizer, under ThreadSanitizer, and under valgrind: the relay threads
# by themselves, with clients and servers that misbehave and every byte checked; then as Node's module, by tests of the engine and the program.
# An argument says for how many seconds each run of the threads goes on.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v gcc valgrind >/dev/null || { echo 'gcc and valgrind are needed: see test/native/install.sh' >&2; exit 1; }
seconds=${1:-2}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

driver() { # NAME FLAGS...: the threads without what needs Node-API, the driver stands for JavaScript
  local name=$1
  shift
  mapfile -t sources < <(ls native/*.c | grep -vE '/(binding|calls|events)\.c$')
  gcc -std=c17 -g -O1 -fno-omit-frame-pointer -Wall -Wextra -D_GNU_SOURCE -pthread "$@" "${sources[@]}" test/native/*.c -o "$out/$name"
}
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1
address='-fsanitize=address,undefined -fno-sanitize-recover=all'

driver address $address
driver thread -fsanitize=thread
driver plain
for pipes in 64 2 0; do
  echo "== AddressSanitizer and UndefinedBehaviorSanitizer, $pipes pipes"
  timeout 120 "$out/address" "$seconds" 16 $pipes
  echo "== ThreadSanitizer, $pipes pipes"
  timeout 120 "$out/thread" "$seconds" 16 $pipes
done
echo '== valgrind'
timeout 300 valgrind --quiet --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite,indirect "$out/plain" "$seconds" 4 4

echo '== AddressSanitizer and UndefinedBehaviorSanitizer, in Node'
mkdir "$out/node"
cp -r dist native binding.gyp package.json test/fixtures "$out/node"
mkdir "$out/node/test" && mv "$out/node/fixtures" "$out/node/test"
ln -s "$PWD/node_modules" "$out/node/node_modules"
cd "$out/node"
CFLAGS="-g -O1 $address" LDFLAGS="$address" node native/install.mjs --required
# Leaks are looked for above: Node itself has never meant to free everything.
export ASAN_OPTIONS=detect_leaks=0 ACR_PROXY_ENGINE=splice
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" node --test --test-concurrency=2 --test-timeout=120000 \
  dist/test/unit/proxy/engine/*.test.js \
  dist/test/e2e/{bad-clients-do-not-disturb-a-good-transfer,a-client-that-leaves-early-leaves-no-descriptor,a-slow-opening-is-cut}.test.js
