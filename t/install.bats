#!/usr/bin/env bats
# What make install lays down, and what make dist packs.
# bats file_tags=brief
load helper

setup()
{
	quire_setup
}

# quire_make GOAL...: make, on the build that is being tested.
quire_make()
{
	make -s -C "$QUIRE_TOP" O="${QUIRE_BIN%/bin}" "$@"
}

@test "install puts commands, manuals, samples and completion below DESTDIR" {
	run -0 quire_make install DESTDIR="$PWD/root" PREFIX=/usr
	for f in "$QUIRE_TOP"/cmd/*; do
		c=${f##*/} c=${c%.c}
		[ -x "root/usr/bin/$c" ]
		cmp "root/usr/bin/$c" "$QUIRE_BIN/$c"
		[ -s "root/usr/share/man/man1/$c.1" ]
		[ -s "root/usr/share/bash-completion/completions/$c" ]
	done
	[ -s root/usr/share/man/man7/quire-records.7 ]
	diff -r "$QUIRE_TOP/share/quire" root/usr/share/quire
	run -0 find root -type f -perm /022
	[ -z "$output" ]
}

@test "what is installed runs without the tree" {
	quire_make install DESTDIR="$PWD/root" PREFIX=/usr
	mkdir in && : >in/empty.pdf
	PATH=$PWD/root/usr/bin:/usr/bin:/bin run -1 --separate-stderr quire run in out
	[[ $stderr == *'1 document'*'1 failed'* ]]
	leftovers
}

@test "uninstall takes all of it away again" {
	quire_make install DESTDIR="$PWD/root" PREFIX=/usr
	: >root/usr/bin/other
	run -0 quire_make uninstall DESTDIR="$PWD/root" PREFIX=/usr
	run -0 find root -type f
	[ "$output" = root/usr/bin/other ]
}

@test "dist packs the source and nothing that was built" {
	mkdir o
	run -0 make -s -C "$QUIRE_TOP" O="$PWD/o" dist
	run -0 tar -tzf o/quire-*.tar.gz
	printf '%s\n' "$output" | sed 's,^[^/]*/,,' >list
	for f in Makefile README LICENSE .ci/run cmd/s3ls.c man/quire.7 t/helper.bash; do
		grep -qxF "$f" list
	done
	run -1 grep -E '(^|/)\.(git|build)/|\.o$' list
}

@test "make does nothing when nothing changed" {
	run -0 make -q -C "$QUIRE_TOP" O="${QUIRE_BIN%/bin}" all unit
}

@test "no command starts with a large library that it may not need" {
	for command in "$QUIRE_BIN"/*; do
		[[ $command != */quire ]] || continue
		run -0 ldd "$command"
		[[ $output == *libc.so* ]]
		[[ $output != *libcurl* && $output != *libcrypto* && $output != *libtiff* &&
		    $output != *libtesseract* && $output != *libstdc* ]]
	done
}
