#!/usr/bin/env bats
# cp: files and folders to and from containers. The test server runs tar on this machine.

load helper

setup_file() {
    start_server
    kubec apply -f "$ROOT/tests/parity/data/streams.yaml" >/dev/null
    wait_for '[[ $(kubec get pods --no-headers | grep -c Running) -ge 4 ]]'
}
teardown_file() { stop_server; }

setup() {
    HERE=$BATS_TEST_TMPDIR/here THERE=$BATS_TEST_TMPDIR/there
    mkdir -p "$HERE" "$THERE"
    cd "$HERE"
}

# archive FILE CODE: makes a tar file with Python; CODE adds members with add(name, data=b"", **attributes).
archive() {
    python3 - "$1" "$2" <<'END'
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w") as t:
    def add(name, data=b"", **attributes):
        i = tarfile.TarInfo(name)
        i.size = len(data)
        for key, value in attributes.items():
            setattr(i, key, value)
        t.addfile(i, io.BytesIO(data))
    exec(sys.argv[2], {"add": add, "tarfile": tarfile})
END
}

# Makes tar, as the container has it, give out a prepared archive.
fake_tar() {
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\ncat "%s"\n' "$1" >"$BATS_TEST_TMPDIR/bin/tar"
    chmod +x "$BATS_TEST_TMPDIR/bin/tar"
}

@test "a file and a folder into a container, and out again" {
    mkdir -p tree/sub/empty "tree/with blank"
    echo a >tree/a
    printf 'b\n' >tree/sub/b
    head -c 3000000 /dev/urandom >tree/sub/large
    echo u >"tree/with blank/ü"
    chmod 750 tree/a
    run_kubec cp tree one:"$THERE/copy"
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    diff -r tree "$THERE/copy"
    [[ $(stat -c %a "$THERE/copy/a") == 750 ]]
    run_kubec cp one:"$THERE/copy" back
    [[ $status -eq 0 && -z $stderr ]]
    diff -r tree back
    run_kubec cp one:"$THERE/copy/sub/b" b
    [[ $status -eq 0 && $(<b) == b ]]
}

@test "a folder that is there takes what is copied" {
    echo x >file
    kubec cp file one:"$THERE"
    [[ $(<"$THERE/file") == x ]]
    kubec cp ./file one:"$THERE/other"
    [[ $(<"$THERE/other") == x ]]
    run_kubec cp one:"$THERE/file" "$HERE"
    [[ $status -eq 1 && $stderr == "error: open $HERE: is a directory" ]]
}

@test "links go into a container and not out of it" {
    mkdir tree
    echo x >tree/file
    ln -s file tree/link
    kubec cp tree one:"$THERE/copy"
    [[ $(readlink "$THERE/copy/link") == file ]]
    run_kubec cp default/one:"$THERE/copy" back
    [[ $status -eq 0 && $(<back/file) == x && ! -e back/link ]]
    [[ $stderr == "warning: skipping symlink: \"back/link\" -> \"file\" (consider using \"kubec exec -n \"default\" \"one\" -- tar cf - \"$THERE/copy\" | tar xf -\")" ]]
}

@test "hard links come out as files with their content" {
    mkdir "$THERE/tree"
    echo x >"$THERE/tree/a"
    ln "$THERE/tree/a" "$THERE/tree/b"
    kubec cp one:"$THERE/tree" tree
    [[ $(<tree/a) == x && $(<tree/b) == x ]]
}

@test "no name leads out of the destination" {
    mkdir dest "$BATS_TEST_TMPDIR/bin"
    cat >"$BATS_TEST_TMPDIR/evil.py" <<'END'
add("x/../../out1", b"evil")
add("x/sub/../../../out2", b"evil")
add("x/good", b"good")
add("x/link", type=tarfile.SYMTYPE, linkname="..")
add("x/link/out3", b"evil")
add("x/abs", type=tarfile.SYMTYPE, linkname="/tmp")
add("x/hard", type=tarfile.LNKTYPE, linkname="x/../../secret")
add("x/hard2", type=tarfile.LNKTYPE, linkname="x/good")
add("x/fifo", type=tarfile.FIFOTYPE)
add("x/dev", type=tarfile.CHRTYPE, devmajor=1, devminor=3)
END
    archive "$BATS_TEST_TMPDIR/evil.tar" "$(<"$BATS_TEST_TMPDIR/evil.py")"
    echo secret >secret
    fake_tar "$BATS_TEST_TMPDIR/evil.tar"
    unpack_with "$BATS_TEST_TMPDIR/bin" x dest/x
    [[ $status -eq 0 ]]
    [[ $(find . -type f -o -type l -o -type p | sort | tr '\n' ' ') == './dest/x/good ./dest/x/hard2 ./dest/x/link/out3 ./secret ' ]]
    [[ $(<dest/x/hard2) == good && $(<secret) == secret ]]
    [[ $stderr == *'warning: file "out1" is outside target destination, skipping'* || $stderr == *'out1" is outside target destination, skipping'* ]]
    [[ $stderr == *'warning: skipping special file: "dest/x/fifo"'* && $stderr == *'warning: skipping special file: "dest/x/dev"'* ]]
}

# unpack_with BIN SOURCE DESTINATION: cp out of a server whose tar is BIN/tar.
unpack_with() {
    local before=$SERVER_DIR config=$KUBECONFIG
    (
        PATH=$1:$PATH
        start_server >/dev/null
        kubec apply -f "$ROOT/tests/parity/data/streams.yaml" >/dev/null
        wait_for 'kubec get pod one | grep -q Running'
        echo 0 >"$BATS_TEST_TMPDIR/status"
        "$KUBEC" cp one:"$2" "$3" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || echo $? >"$BATS_TEST_TMPDIR/status"
        stop_server
    )
    SERVER_DIR=$before KUBECONFIG=$config
    status=$(<"$BATS_TEST_TMPDIR/status") output=$(<"$BATS_TEST_TMPDIR/out") stderr=$(<"$BATS_TEST_TMPDIR/err")
}

@test "an archive of something else is refused" {
    archive "$BATS_TEST_TMPDIR/other.tar" 'add("/etc/passwd", b"evil")'
    fake_tar "$BATS_TEST_TMPDIR/other.tar"
    unpack_with "$BATS_TEST_TMPDIR/bin" x dest
    [[ $status -eq 1 && $stderr == 'error: tar contents corrupted' && ! -e dest ]]
    head -c 700 "$BATS_TEST_TMPDIR/other.tar" | tr '\0' 'x' >"$BATS_TEST_TMPDIR/broken.tar"
    fake_tar "$BATS_TEST_TMPDIR/broken.tar"
    unpack_with "$BATS_TEST_TMPDIR/bin" x dest
    [[ $status -eq 1 && $stderr == 'error: '* ]]
}

@test "a link that lies in the destination is not followed" {
    mkdir -p "$THERE/tree/sub" dest "$BATS_TEST_TMPDIR/elsewhere"
    echo evil >"$THERE/tree/sub/file"
    echo evil >"$THERE/tree/target"
    ln -s "$BATS_TEST_TMPDIR/elsewhere" dest/sub
    run_kubec cp one:"$THERE/tree" dest
    echo "$stderr"
    [[ $status -eq 1 && $stderr == 'error: mkdir dest/sub: not a directory' ]]
    [[ ! -e $BATS_TEST_TMPDIR/elsewhere/file ]]
    rm dest/sub
    echo mine >"$BATS_TEST_TMPDIR/elsewhere/mine"
    rm -rf dest/*
    ln -s "$BATS_TEST_TMPDIR/elsewhere/mine" dest/target
    run_kubec cp one:"$THERE/tree" dest
    [[ $status -eq 1 && $(<"$BATS_TEST_TMPDIR/elsewhere/mine") == mine ]]
}

@test "what goes wrong has kubectl's words and status" {
    run_kubec cp a
    [[ $status -eq 1 && $stderr == 'error: source and destination are required' ]]
    run_kubec cp a b
    [[ $status -eq 1 && $stderr == 'error: one of src or dest must be a remote file specification' ]]
    run_kubec cp one:a one:b
    [[ $status -eq 1 && $stderr == 'error: one of src or dest must be a local file specification' ]]
    run_kubec cp :a b
    [[ $status -eq 1 && $stderr == 'error: filespec must match the canonical format: [[namespace/]pod:]file/path' ]]
    run_kubec cp one: b
    [[ $status -eq 1 && $stderr == 'error: filepath can not be empty' ]]
    run_kubec cp nothing one:/tmp/x
    [[ $status -eq 1 && $stderr == "error: nothing doesn't exist in local filesystem" ]]
    run_kubec cp one:"$THERE/nothing" b
    [[ $status -eq 2 && $output == *'nothing: Cannot stat: No such file or directory'* ]]
    [[ $stderr == 'command terminated with exit code 2' && ! -e b ]]
    run_kubec cp none:x b
    [[ $status -eq 1 && $stderr == 'Error from server (NotFound): pods "none" not found' ]]
    run_kubec cp . one:"$THERE/no/such/folder/x"
    [[ $status -eq 2 ]]
}

@test "--no-preserve, and -c" {
    echo x >file
    run_kubec cp file two:"$THERE/x" -c side --no-preserve
    [[ $status -eq 0 && -z $stderr && $(<"$THERE/x") == x ]]
    requests | grep -q 'container=side&command=tar&command=--no-same-permissions&command=--no-same-owner&command=-xmf'
    run_kubec cp file two:"$THERE/x"
    [[ $stderr == 'Defaulted container "app" out of: app, side, prepare (init)' ]]
}

@test "--retries quotes the name for the shell" {
    mkdir "$THERE/it's"
    echo x >"$THERE/it's/a"
    run_kubec cp one:"$THERE/it's" back --retries=3
    [[ $status -eq 0 && $(<back/a) == x ]]
}
