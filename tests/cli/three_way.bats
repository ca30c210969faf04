# Random objects and edits, applied by kubec and by a reference kubectl: the same patches, the same end, and nothing more to do.
load helper

setup_file() { start_server; }
teardown_file() { stop_server; }

@test "sixty objects" {
    REFERENCE=$("$ROOT/tests/parity/reference" 2>/dev/null) || skip "no reference kubectl"
    REFERENCE=$REFERENCE run --separate-stderr node "$ROOT/tests/parity/three-way.mjs" 60 36
    [ "$output" = 'seed 36: 60 objects, 0 differ' ]
    [ "$status" -eq 0 ]
}
