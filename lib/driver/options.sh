# options.sh - a part of quire: its verbs and options, and how they are parsed.
# A new option is a row here: usage, -h, --completion, parsing, the name of the
# queue and the stages' arguments follow from it.
# shellcheck shell=sh

cpus=''	# how many, once options are parsed

verbs() {
	verb run	'SRC DEST'	'do what is new or has changed, and what was left'
	verb status	'[SRC DEST]'	'say how the queue of such a run stands, or how all do'
	verb clean	''		'remove what killed runs and pipelines have left'
	verb help	'[VERB|COMMAND]' 'show the manual, of a command too, or what VERB -h says'
}

# NAME is the long name, LETTER the short one. ARG is what its argument is
# called, or the words that it may be. DEFAULT is its value where it is not
# given. VALUE is text, named (text that is not empty), number, flag, list (of what it is given as often as it
# is) or LEAST..MOST, a number that is checked here: what others may be is the
# stages' to say. "output" marks those that change what is written, and with
# it the queue. STAGES are given it. A value is in opt_NAME, - as _.
options() {
	#      NAME       LETTER ARG               VERBS      DEFAULT VALUE    OUTPUT STAGES               HELP
	group 'The run'
	option db         -      FILE              run,status ''      named     -      -                    'the ledger (default: see man jobdb)'
	option jobs       j      N                 run        "$cpus" 1..1024   -      s3get,avscan,doc2png 'documents at once, and pages that Tesseract reads (default: processors)'
	option wait       -      SECONDS           run        1000    0..604800 -      -                    'wait for retries due within that time (default 1000)'
	option strict     -      -                 run        ''      flag      -      -                    'what is no document is a failure, too'
	option ignore-dead -     -                 run        ''      flag      -      -                    'dead letters of earlier runs are no failure'
	group 'Results'
	option on-clash   -      'refuse|replace|suffix' run  refuse    text      -      s3put                'of a document whose result is another one'\''s (default refuse)'
	option no-check-dest -   -                 run        ''      flag      -      -                    'take all that is done for being in DEST'
	option force      -      -                 run        ''      flag      -      -                    'do again what is done, and what failed'
	group 'How pages are read'
	option engine     -      'NAME[,NAME...]' run,status tesseract text   output doc2png,ocrpage      'by whom: tesseract (the default), a model'\''s profile, exec:CMD or http:URL; else by the next'
	option whole      -      -                 run,status ''      flag      output doc2png              'documents are converted as they are, by --engine http:URL'
	option lang       -      LANG              run,status eng     text      output ocrpage              'their languages, as deu+eng, or auto (default eng)'
	option dpi        -      N                 run,status 200     number    output doc2png              'the resolution at which they are drawn (default 200)'
	option colour     -      'auto|always|never' run,status auto    text      output doc2png              'whether their images keep their colours (default auto: as the engine wishes)'
	option text       -      'auto|layer|never|only' run,status auto    text      output doc2png              'whether text layers are used (default auto)'
	option pages      -      LIST              run,status ''      named     output doc2png              'only these of each document, as 1-10,15,-1 (-1: the last)'
	option types      -      LIST              run,status ''      named     output doc2png              'only documents of these kinds, as pdf,image/tiff'
	option recycle    -      N                 run        ''      number    -      ocrpage              'the pages after which a process is replaced (default 200)'
	option isolate    -      -                 run        ''      flag      -      ocrpage              'let no process read pages of two documents'
	option on-doubt   -      'pass|mark|fail'  run,status pass     text      output mdjoin               'what a doubtful page does to its document (default pass)'
	option tables     -      'html|pipe'       run,status pipe    text      output ocrpage              'how models'\'' tables are written (default pipe: the simple ones)'
	option set        -      PATH=VALUE        run,status ''      list      output ocrpage              'of a model'\''s profile: what it says otherwise'
	group 'Models behind servers'
	option server     -      URL               run        ''      list      -      ocrpage              'a server of theirs, or another one (default: VLLM_URL)'
	option key-file   -      FILE              run        ''      named     -      ocrpage              'whose first line is their key (default: VLLM_API_KEY)'
	option at-once    -      N                 run        ''      1..1024   -      -                    'pages at once (default: as the profile says)'
	option tries      -      N                 run        8       number    -      ocrpage              'ask so often for a page before it fails (default 8)'
	option patience   -      SECONDS           run        600     number    -      ocrpage,avscan       'wait so long while no server takes pages, or clamd is not there (default 600)'
	option cache      -      DIR               run        ''      named     -      -                    'where what engines said is kept (default: beside the ledger)'
	option cache-max  -      MIB               run        1024    number    -      ocrpage              'keep so much of them at most (default 1024)'
	group 'Which documents'
	option match      -      GLOB              run        ''      list      -      s3ls                 'only those whose rel fits GLOB, or another one given'
	option exclude    -      GLOB              run        ''      list      -      s3ls                 'none whose rel fits GLOB, or another one given'
	option password-file -    FILE              run        ''      named     -      doc2png              'the passwords of documents, by their uris (see doc2png)'
	option min-age    -      SECONDS           run        2       0..86400  -      s3ls                 'wait for files in folders until so old (default 2)'
	option limit      -      N                 run        ''      1..1000000000 - -                 'do so many of what is to be done, and leave the rest'
	option max-size   -      BYTES             run        ''      number    -      s3get                'none that are longer (default: see s3get)'
	option max-pages  -      N                 run        ''      1..10000  -      doc2png              'none that have more pages (default: see doc2png)'
	option page-timeout -    SECONDS           run        ''      1..600    -      doc2png,ocrpage      'give a page up after so long, drawn or read by a model (default: see doc2png, ocrpage)'
	group 'Viruses'
	option scan       -      -                 run        ''      flag      -      -                    'let clamd look for them in documents before these are opened'
	option clamd      -      ADDRESS           run        ''      named     -      avscan               'where it listens, with --scan (default: see avscan)'
	group 'Stores'
	option addressing -      'auto|path|virtual' run      auto    text      -      s3ls,s3get,s3put     'where requests name the bucket (default auto)'
}

# each_verb FUNCTION: call it for each row, which is in v_name and so on.
each_verb() {
	v_each=$1
	verbs
}

verb() {
	v_name=$1 v_operands=$2 v_help=$3
	"$v_each"
}

# each_option FUNCTION: the same; o_var is the variable of its value.
each_option() {
	o_each=$1 title=''
	options
}

group() {
	title=$1
}

option() {
	o_name=$1 o_letter=${2#-} o_arg=${3#-} o_verbs=$4 o_default=$5 o_value=$6 o_output=$7 o_stages=$8 o_help=$9
	o_var=opt_$o_name
	while [ "$o_var" != "${o_var#*-}" ]; do
		o_var=${o_var%%-*}_${o_var#*-}
	done
	"$o_each"
}

# has LIST WORD: whether WORD is one of a,b,c.
has() {
	case ,$1, in *",$2,"*) ;; *) return 1 ;; esac
}

# parse WORD...: options may stand before or after operands, as --name VALUE or
# --name=VALUE. To be in SRC and DEST, and opt_NAME of each option.
parse() {
	src='' dest='' wanted=0 least=0 operands=0
	count_cpus
	each_verb want_operands
	each_option set_default
	while [ $# -gt 0 ]; do
		attached=''
		case $1 in
		--) break ;;
		--*=*) asked=${1%%=*} given=${1#*=}; attached=1; shift; set -- "$asked" "$given" "$@" ;;
		-[!-]?*)
			given=${1#-?} asked=${1%"$given"} known=''
			each_option is_letter
			[ -z "$known" ] || { attached=1; shift; set -- "$asked" "$given" "$@"; } ;;
		esac
		common "$1"
		case $1 in
		-?*)
			asked=$1 given=${2-} left=$# known=''
			each_option take_option
			[ -n "$known" ] || no_option "$1"
			[ "$known" = flag ] || shift ;;
		*) operand "$1" ;;
		esac
		shift
	done
	[ $# -eq 0 ] || shift
	for word; do
		operand "$word"
	done
	case $operands in
	"$least" | "$wanted") ;;
	*) usage_error 'SRC and DEST are needed' ;;
	esac
	[ -z "${opt_db?}" ] || export QUIRE_DB="$opt_db"
}

# What getconf(1) says, without it: a list such as 0-3,8.
count_cpus() {
	cpus=0 ranges=''
	! read -r ranges 2>/dev/null </sys/devices/system/cpu/online || ranges=$ranges,
	while [ -n "$ranges" ]; do
		range=${ranges%%,*} ranges=${ranges#*,}
		case $range in
		'' | *[!0-9-]* | -* | *- | *-*-*) cpus=0 ranges='' ;;
		*) cpus=$((cpus + ${range#*-} - ${range%-*} + 1)) ;;
		esac
	done
	[ "$cpus" -gt 0 ] || cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
}

# no_option WORD: nor has it another name here; what is done without us is said.
no_option() {
	case $1 in
	--batch-in | --batch-out)
		usage_error "$1: no such option: a batch is made by a pipe of the commands, with ocrpage $1 (man ocrpage, Batches)" ;;
	esac
	usage_error "$1: no such option"
}

# As many as there are words, or, in brackets, none.
want_operands() {
	[ "$v_name" = "$verb" ] || return 0
	for word in $v_operands; do
		wanted=$((wanted + 1))
	done
	[ "$v_operands" != "${v_operands#[[]}" ] || least=$wanted
}

set_default() {
	eval "$o_var=\$o_default"
}

is_letter() {
	[ "$asked" != "-$o_letter" ] || [ "$o_value" = flag ] || known=1
}

take_option() {
	[ "$asked" = "--$o_name" ] || [ "$asked" = "-$o_letter" ] || return 0
	has "$o_verbs" "$verb" || return 0
	known=$o_value
	case $o_value in
	flag)
		[ -z "$attached" ] || usage_error "$asked: takes no argument"
		eval "$o_var=1"
		return ;;
	esac
	[ "$left" -gt 1 ] || usage_error "$asked: needs an argument"
	case $o_value in
	list) quote "$given" && eval "$o_var=\"\$$o_var --\$o_name=\$quoted\"" ;;
	named) [ -n "$given" ] || usage_error "$asked: its argument is empty"; eval "$o_var=\$given" ;;
	*..*) number "--$o_name" "$given" "${o_value%..*}" "${o_value#*..}" && eval "$o_var=\$given" ;;
	*) eval "$o_var=\$given" ;;
	esac
}

# number OPTION VALUE LEAST MOST: to the shell, 08 is none.
number() {
	case $2 in
	'' | *[!0-9]* | 0?* | ????????*) ;;
	*) [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ] || return 0 ;;
	esac
	usage_error "$1 $2: not a number from $3 to $4"
}

operand() {
	operands=$((operands + 1))
	[ -n "$1" ] || usage_error 'an operand is empty'
	[ "$operands" -le "$wanted" ] || usage_error "$1: one operand too many"
	case $operands in
	1) src=$1 ;;
	2) dest=$1 ;;
	esac
}

# quote WORD: into quoted, so that eval reads it back.
quote() {
	quoted="'" rest=$1
	while [ "$rest" != "${rest#*\'}" ]; do
		quoted="$quoted${rest%%\'*}'\\''" rest=${rest#*\'}
	done
	quoted="$quoted$rest'"
}

# arguments STAGE: its options, for eval, into words.
arguments() {
	stage=$1 words=''
	each_option add_argument
}

# is_given STAGE: whether some option that it has an own say in is not at its
# default: others are checked here, or by another stage that has them, too.
is_given() {
	stage=$1 any=''
	each_option look_at
	[ -n "$any" ]
}

look_at() {
	has "$o_stages" "$stage" || return 0
	eval "given=\$$o_var"
	case $o_value in *..*) ;; *) [ "$given" = "$o_default" ] || any=1 ;; esac
}

add_argument() {
	has "$o_stages" "$stage" || return 0
	eval "given=\${$o_var-}"
	case $o_value in
	list) words="$words $given" ;;
	flag) [ -z "$given" ] || words="$words --$o_name" ;;
	*) [ -z "$given$o_default" ] || { quote "$given" && words="$words --$o_name=$quoted"; } ;;
	esac
}
