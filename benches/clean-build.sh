#!/usr/bin/env bash
# CPU seconds of a clean build of a service: of reqwest and serde alone, of a revision, and of this checkout, one after the
# other. Each is the smallest service that makes one call. Usage: benches/clean-build.sh [REVISION]
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD revision=${1:-HEAD}
folder=$(mktemp -d)
trap 'git -C "$here" worktree remove --force "$folder/revision"; rm -rf "$folder"' EXIT
git worktree add --quiet --detach "$folder/revision" "$revision"

service() { # name, dependencies, body
  mkdir -p "$folder/$1/src"
  printf '[package]\nname = "service"\nedition = "2024"\n[dependencies]\ntokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n%s\n[workspace]\n' \
    "$2" > "$folder/$1/Cargo.toml"
  printf '#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n%s\nOk(())\n}\n' "$3" > "$folder/$1/src/main.rs"
  cp "$here/Cargo.lock" "$folder/$1/"
}
service by-hand 'reqwest = { version = "0.13", default-features = false, features = ["rustls", "json", "gzip", "query", "form"] }
serde = { version = "1", features = ["derive"] }' \
  'let found: std::collections::BTreeMap<String, String> = reqwest::get("http://localhost/").await?.json().await?; println!("{}", found.len());'
call='let found = mediaconnect::Client::from_env()?.customers().info("563457".parse()?).await?; println!("{}", found.emails.len());'
service before "mediaconnect = { path = \"$folder/revision/crates/mediaconnect\" }" "$call"
service now "mediaconnect = { path = \"$here/crates/mediaconnect\" }" "$call"

for profile in dev release; do
  for name in by-hand before now; do
    TIMEFORMAT="$profile $name: %U user, %S system"
    time CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$folder/target" \
      cargo build --quiet --offline --profile "$profile" --manifest-path "$folder/$name/Cargo.toml"
    rm -rf "$folder/target"
  done
done
