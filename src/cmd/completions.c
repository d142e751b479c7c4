/*
 * The scripts hold no list of commands or options: goward answers from its tables in a millisecond,
 * so that a script never grows old. An answer is one candidate a line, with a tab before its
 * description; lines that begin with ':' ask the shell for what it does better itself:
 *
 *     :files  :dirs  :program N (a command line starts after N words)  :list (no space afterwards)
 */
#include "cmd/completions.h"

#include "cmd/table.h"

static const char bash_script[] =
    "# Completions of goward for bash: source <(goward completions bash)\n"
    "_goward() {\n"
    "    local line wanted= word=${COMP_WORDS[COMP_CWORD]}\n"
    "    [ \"$word\" != = ] || word=\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :list) compopt -o nospace ;;\n"
    "        :*) wanted=$line ;;\n"
    "        *) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "        esac\n"
    "    done < <(command goward __complete bash \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "    case $wanted in\n"
    "    :files)\n"
    "        compopt -o filenames\n"
    "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$word\")\n"
    "        ;;\n"
    "    :dirs)\n"
    "        compopt -o filenames\n"
    "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -d -- \"$word\")\n"
    "        ;;\n"
    "    :program*)\n"
    "        if declare -F _command_offset >/dev/null; then\n"
    "            _command_offset $((${wanted#:program } + 1))\n"
    "        elif [ \"$COMP_CWORD\" -eq $((${wanted#:program } + 1)) ]; then\n"
    "            mapfile -t COMPREPLY < <(compgen -c -- \"$word\")\n"
    "        else\n"
    "            compopt -o default\n"
    "        fi\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _goward goward\n";

static const char zsh_script[] =
    "#compdef goward\n"
    "# Completions of goward for zsh: source <(goward completions zsh), or as the file _goward in "
    "a\n"
    "# folder of fpath.\n"
    "_goward() {\n"
    "    local line wanted text\n"
    "    local -a candidates space\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :list) space=(-S '') ;;\n"
    "        :*) wanted=$line ;;\n"
    "        *$'\\t'*)\n"
    "            text=${line%%$'\\t'*}\n"
    "            candidates+=(\"${text//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        *) candidates+=(\"${line//:/\\\\:}\") ;;\n"
    "        esac\n"
    "    done < <(command goward __complete zsh \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
    "    (( $#candidates )) && _describe -t values goward candidates \"${space[@]}\"\n"
    "    case $wanted in\n"
    "    :files | :dirs)\n"
    "        [[ $PREFIX == --*=* ]] && compset -P '*='\n"
    "        if [[ $wanted == :dirs ]]; then _files -/; else _files; fi\n"
    "        ;;\n"
    "    :program*)\n"
    "        shift $((${wanted#:program } + 1)) words\n"
    "        (( CURRENT -= ${wanted#:program } + 1 ))\n"
    "        _normal\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "if [[ ${funcstack[1]} == _goward ]]; then\n"
    "    _goward \"$@\"\n"
    "else\n"
    "    compdef _goward goward\n"
    "fi\n";

static const char fish_script[] =
    "# Completions of goward for fish: goward completions fish | source\n"
    "function __goward_complete\n"
    "    set -l words (commandline -opc) (commandline -ct)\n"
    "    for line in (command goward __complete fish $words[2..-1] 2>/dev/null)\n"
    "        switch $line\n"
    "            case ':list'\n"
    "            case ':files'\n"
    "                __fish_complete_path (commandline -ct)\n"
    "            case ':dirs'\n"
    "                __fish_complete_directories (commandline -ct) ''\n"
    "            case ':program *'\n"
    "                set -l skipped (string replace ':program ' '' -- $line)\n"
    "                set -l rest $words[(math $skipped + 2)..-1]\n"
    "                complete -C (string join ' ' -- $rest)\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c goward -f -a '(__goward_complete)'\n";

static const Str scripts[SHELL_COUNT] = {
    [SHELL_BASH] = STR_CONST(bash_script),
    [SHELL_ZSH] = STR_CONST(zsh_script),
    [SHELL_FISH] = STR_CONST(fish_script),
};

Str completions_script(Shell shell)
{
    return scripts[shell];
}

bool cmd_completions(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code;
    Shell shell = shell_find(inv->args[0]);
    if (shell == SHELL_NONE) {
        return FAIL(err, ERR_USAGE, "there are no completions for '%.*s': choose bash, zsh or fish",
                    STR_ARG(inv->args[0]));
    }
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("completions"), 1);
        json_key_str(w, S("shell"), shell_name(shell));
        json_key_str(w, S("script"), completions_script(shell));
        report_json_end(inv->report);
        return true;
    }
    report_raw(inv->report, completions_script(shell));
    return true;
}
