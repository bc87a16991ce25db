# The example city: its own office with an operator, two care offices, their people, devices and rooms. All of it made
# with ca-tools, as the city would. What was made stands in city.json.

# city FILTER reads city.json.
city() { jq -er "$1" "$dir/city.json"; }

# note FILTER [jq arguments] changes city.json.
note() {
    local filter=$1
    shift
    jq "$@" "$filter" "$dir/city.json" >"$dir/city.json.new"
    mv -f "$dir/city.json.new" "$dir/city.json"
}

ca_tools() { "$binaries/ca-tools" --config "$dir/ca.toml" "$@"; }

# made FIELD COMMAND… runs ca-tools and prints one field of its JSON.
made() {
    local field=$1
    shift
    ca_tools --yes --json "${by[@]}" "$@" | jq -er ".$field"
}
