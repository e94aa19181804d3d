# shellcheck shell=bash
# Is a gateway configured? The server decides that itself, properly; this only chooses whether the embedded one is started for it.
# To be sourced after common.sh.

# The value of a variable: the environment's, else that of .dev.vars (src/server/dev_vars.rs has its grammar; here a value has one line);
# nothing when it is a placeholder.
setting() {
    local value=${!1:-} quote
    if [ -z "${!1+set}" ] && [ -f .dev.vars ]; then
        value=$(sed -nE "s/^[[:space:]]*(export[[:space:]]+)?$1([[:space:]]*=|:[[:space:]])[[:space:]]*//p" .dev.vars | tail -n 1)
        quote=${value:0:1}
        case $quote in
            \' | \" | \`)
                value=${value:1}
                value=${value%%"$quote"*}
                ;;
            *) value=${value%%#*} ;;
        esac
        value=$(printf '%s' "$value" | tr -d '\r' | sed 's/[[:space:]]*$//')
    fi
    case $(printf '%s' "$value" | tr '[:upper:]' '[:lower:]') in
        *your_account_id* | *your_actual_token_here* | *your_gateway* | *your_google_key* | *'{account_id}'* | *'{gateway_id}'*) ;;
        *) printf '%s' "$value" ;;
    esac
}

# True, and says so, when nobody has said which gateway is to answer.
needs_embedded_gateway() {
    # Who sets one of these in the environment, empty or not, knows what they want; the server says what is missing.
    [ -z "${GATEWAY_URL+set}${EMBEDDED_GATEWAY+set}" ] || return 1
    case $(setting EMBEDDED_GATEWAY | tr '[:upper:]' '[:lower:]') in
        '') ;;
        true | 1 | yes | on) return 0 ;;
        *) return 1 ;;
    esac
    [ -z "$(setting GATEWAY_URL)" ] || [ -z "$(setting GATEWAY_TOKEN)$(setting GOOGLE_API_KEY)" ] || return 1
    if [ -f .dev.vars ]; then
        say 'GATEWAY_URL or GATEWAY_TOKEN is not filled in in .dev.vars: the embedded demo gateway answers'
    else
        say 'No .dev.vars: the embedded demo gateway answers. For real looks: cp .dev.vars.example .dev.vars, and fill it in'
    fi
}
