#!/usr/bin/env bats
# Completion in bash, as bash calls it: command, word, word before.
# bats file_tags=brief
load helper

setup()
{
	quire_setup
	# shellcheck source=/dev/null
	. "$QUIRE_TOP/share/quire/completions/quire.bash"
}

# complete_words WORD...: what the last may become, one a line.
complete_words()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_quire "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}"
}

@test "every command's options are offered, long and short" {
	for cmd in quire s3ls s3get avscan doc2png ocrpage mdjoin s3put jobdb runlog; do
		run -0 complete_words "$cmd" -
		[[ $'\n'$output$'\n' == *$'\n--help\n'* ]]
		for option in $("$cmd" --completion | tr ' ' '\n' | grep '^-'); do
			[[ $'\n'$output$'\n' == *$'\n'"$option"$'\n'* ]]
		done
	done
}

@test "an option's begin narrows the choice" {
	run -0 complete_words doc2png --d
	[ "$output" = --dpi ]
}

@test "an option's words are offered, after = too" {
	run -0 complete_words doc2png --text ''
	[ "$output" = $'auto\nlayer\nnever\nonly' ]
	run -0 complete_words doc2png --text = o
	[ "$output" = only ]
	run -0 complete_words doc2png --text =
	[ "$output" = $'auto\nlayer\nnever\nonly' ]
}

@test "a number is not guessed" {
	run -0 complete_words doc2png --dpi ''
	[ -z "$output" ]
}

@test "the first word may be a verb, where there are some" {
	run -0 complete_words quire ''
	[ "$output" = $'run\nstatus\nclean\nhelp' ]
	run -0 complete_words quire st
	[ "$output" = status ]
	run -0 complete_words jobdb re
	[ "$output" = requeue ]
	run -0 complete_words quire run --la
	[ "$output" = --lang ]
}

@test "operands are left to the shell's file names" {
	run -0 complete_words s3ls ''
	[ -z "$output" ]
	[[ $(complete -p s3ls) == *'-o default'* ]]
}
