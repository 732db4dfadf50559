# quire.bash - completion for quire and its commands in bash.
#
# Each command says its own options by --completion, one a line: the names,
# then what its argument is called; words that it may be stand there as a|b.
# shellcheck shell=bash

# _quire_argument COMMAND OPTION: what the option's argument is called, or "".
_quire_argument()
{
	local -a word
	local name
	while read -ra word; do
		for name in "${word[@]}"; do
			[[ $name == "$2" ]] || continue
			[[ ${word[-1]} == -* ]] || printf '%s\n' "${word[-1]}"
			return
		done
	done < <("$1" --completion 2>/dev/null)
}

# _quire_options COMMAND: the names of its options.
_quire_options()
{
	local -a word
	local name
	while read -ra word; do
		for name in "${word[@]}"; do
			[[ $name != -* ]] || printf '%s\n' "$name"
		done
	done < <("$1" --completion 2>/dev/null)
}

# _quire_verbs COMMAND: what its first word may be, where it has verbs.
_quire_verbs()
{
	"$1" --completion 2>/dev/null | grep -v '^-'
}

_quire()
{
	local cmd=$1 cur=$2 prev=$3 arg=''

	COMPREPLY=()
	# --name=val is three words for bash.
	[[ $cur != = ]] || cur=
	[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $prev != -* ]] || arg=$(_quire_argument "$cmd" "$prev")
	case $arg in
	*'|'*) mapfile -t COMPREPLY < <(compgen -W "${arg//|/ }" -- "$cur") ;;
	N | BYTES | GLOB | L | LANG | SECONDS) ;;
	*)
		if [[ $cur == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_quire_options "$cmd")" -- "$cur")
		elif [[ $COMP_CWORD -eq 1 ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_quire_verbs "$cmd")" -- "$cur")
		fi
		;;
	esac
}

# -o default: where nothing else fits, the names of files.
complete -o default -F _quire quire s3ls s3get avscan doc2png ocrpage mdjoin s3put jobdb runlog
