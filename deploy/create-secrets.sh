#!/bin/sh
# Create the files with secrets that compose.yaml mounts, except those that exist: `make secrets`.
set -eu
folder=${1:-secrets}
# The folder keeps other users out. Containers read the files as other users, so the files are readable.
mkdir -p "$folder"
chmod 700 "$folder"
umask 022

create() {
    [ -e "$folder/$1" ] || printf '%s\n' "$2" > "$folder/$1"
}

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

create secret_key "$(random)"
create engine_secret "$(random)"
create postgres_password "$(random)"
create valkey_password "$(random)"
create database_url "postgres://playground:$(cat "$folder/postgres_password")@postgres:5432/playground"
create redis_url "redis://:$(cat "$folder/valkey_password")@valkey:6379/0"
# Write the key of GATEWAY_UPSTREAM_URL here, if you set one.
create gateway_upstream_key ""
