# help.sh - a part of quire: what it says of itself, out of the table of options.
# shellcheck shell=sh

# common WORD: what each command answers.
common() {
	case $1 in
	-h | --help) printed say_help ;;
	-V | --version) printed printf 'quire %s\n' "$(s3ls -V | cut -d' ' -f2-)" ;;
	--completion) printed complete ;;
	*) return 0 ;;
	esac
	exit 0
}

# printed COMMAND...: what it writes, to standard output: at once, so that one that
# takes nothing is said once.
printed() {
	text=$("$@" && echo .) || exit 3
	printf %s "${text%.}" 2>/dev/null && return
	say 'standard output takes nothing (io.write)'
	exit 3
}

complete() {
	each_verb complete_verb && printf '%s\n' '-h --help' '-V --version' &&
		each_option complete_option
}

complete_verb() {
	printf '%s\n' "$v_name"
}

complete_option() {
	printf '%s%s%s\n' "${o_letter:+-$o_letter }" "--$o_name" "${o_arg:+ $o_arg}"
}

# usage: of the verb, or of all, in 80 columns as everything here.
usage() {
	head='usage: '
	each_verb usage_verb
}

usage_verb() {
	[ -z "$verb" ] || [ "$verb" = "$v_name" ] || return 0
	of=$v_name
	printf '%squire' "$head"
	at=12 indent=13 head='       '
	piece "$of"
	each_option usage_option
	for word in $v_operands; do
		piece "$word"
	done
	echo
}

usage_option() {
	has "$o_verbs" "$of" || return 0
	item=--$o_name
	[ -z "$o_letter" ] || item=-$o_letter
	item="[$item${o_arg:+ $o_arg}]"
	[ "$o_value" != list ] || item=$item...
	piece "$item"
}

# piece TEXT: of a line, which goes on in another where it is full.
piece() {
	if [ "$at" -gt "$indent" ] && [ $((at + 1 + ${#1})) -gt 80 ]; then
		printf "\n%${indent}s" ''
		at=$indent
	elif [ "$at" -ne "$indent" ]; then
		printf ' '
		at=$((at + 1))
	fi
	printf %s "$1"
	at=$((at + ${#1}))
}

# For a person, in 80 columns.
say_help() {
	usage
	if [ -n "$verb" ]; then
		each_verb about_verb
		of=$verb
		each_option help_option
	else
		printf '\nquire - turn the documents of a folder or a bucket into Markdown\n'
		printf '\nVerbs; VERB -h says its options:\n'
		each_verb help_verb
	fi
	printf '\nOf every command:\n'
	help_row '  -h, --help' 'say this'
	help_row '  -V, --version' 'say the version'
	printf '\nRead on: man quire; of pipelines, errors and the environment: man 7 quire\n'
}

about_verb() {
	[ "$verb" != "$v_name" ] || printf '\nquire %s - %s\n' "$v_name" "$v_help"
}

help_verb() {
	help_row "  $v_name" "$v_help"
}

help_option() {
	has "$o_verbs" "$of" || return 0
	[ -z "$title" ] || printf '\n%s:\n' "$title"
	title=''
	item='      '
	[ -z "$o_letter" ] || item="  -$o_letter, "
	help_row "$item--$o_name${o_arg:+ $o_arg}" "$o_help"
}

# help_row LEFT TEXT: side by side, or below each other where LEFT is long.
help_row() {
	at=28 indent=28 rest="$2 "
	if [ "${#1}" -gt 26 ]; then
		printf '%s\n%28s' "$1" ''
	else
		printf '%-28s' "$1"
	fi
	while [ -n "$rest" ]; do
		piece "${rest%% *}"
		rest=${rest#* }
	done
	echo
}
