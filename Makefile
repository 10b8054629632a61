# mlops: build, test, demonstrate, measure. `make test` and `make demo` are all that a newcomer needs.

SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

packages := libgit2-dev libarchive-dev libsqlite3-dev libzstd-dev zlib1g-dev libpng-dev libturbojpeg0-dev pkg-config git zstd binutils
demo-packages := dataset-fashion-mnist
release-packages := patchelf
test-packages := qemu-user faketime openssh-server openssl curl jq python3 python3-venv $(release-packages)
build := swift build -c release
binary = $$($(build) --show-bin-path)/mlops

.PHONY: build
build: deps
	$(build) --product mlops

# Installs what is missing of Debian's packages: as root or with sudo, else it says what to type.
.PHONY: deps
deps:
	@missing=(); for package in $(packages) $(extra); do
	  dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$$package")
	done
	[ $${#missing[@]} -eq 0 ] && exit 0
	install="apt-get update && apt-get install -y --no-install-recommends $${missing[*]}"
	if [ "$$(id -u)" = 0 ]; then bash -c "$$install"
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo bash -c "$$install"
	else echo "missing packages; please run: sudo bash -c '$$install'"; exit 1; fi

# Packs templates/ into the archive that the binary carries. Deterministic: order, times and owners are fixed.
.PHONY: templates
templates:
	@cd templates
	find . -type f -printf '%P\n' | LC_ALL=C sort | tar --mtime=@0 --owner=0 --group=0 --numeric-owner \
	  --mode=u=rw,go=r --format=ustar --no-recursion --files-from=- -cf ../Sources/Templates/templates.tar
	zstd -q -19 --rm -f ../Sources/Templates/templates.tar -o ../Sources/Templates/templates.tar.zst

# Style, a build without warnings, and every test: one configuration, built once.
.PHONY: test
test: extra := $(test-packages)
test: deps lint .venv/judges .venv/pipelines .venv/frameworks .venv/clients
	$(build) --build-tests
	swift test -c release --skip-build

# Tools from PyPI that judge our stores and pipelines, clients that ask our servers, and frameworks whose models we carry.
.venv/judges .venv/pipelines .venv/frameworks .venv/clients: .venv/%: Tests/SystemTests/%.txt
	@python3 -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

.PHONY: lint
lint:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift

.PHONY: fmt
fmt:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

# The life of a model on real data, as a person would type it.
.PHONY: demo
demo: extra := $(demo-packages) python3 python3-venv
demo: build .venv/demo
	PATH="$$(dirname "$(binary)"):$(CURDIR)/.venv/demo/bin:$$PATH" Tests/Demo/demo

# scikit-learn, whose model the demo carries beside our own.
.venv/demo: Tests/Demo/frameworks.txt
	@python3 -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# Training by several processes: a build of its own with the trait MPI, and two processes under mpirun.
.PHONY: mpi-test
mpi-test: extra := libopenmpi-dev openmpi-bin python3
mpi-test: deps
	build="$(build) --traits MPI --scratch-path .build-mpi"
	$$build --product mlops
	PATH="$$($$build --show-bin-path):$$PATH" Tests/Distributed/distributed

# Beside the peers, installed from PyPI: rewrites docs/benchmarks.md. Takes an hour or two; leave the machine alone.
# A part of it: make bench options="--parts training inference --networks S3"; with --share .05 to see that all runs.
.PHONY: bench
bench: extra := $(demo-packages) python3 python3-venv
bench: build .venv/torch .venv/keras .venv/onnx .venv/dvc .venv/tables .venv/judges
	$(build) --product TablesProbe
	$(build) --product SpeedProbe
	.venv/keras/bin/python Tests/Benchmarks/bench.py --binary "$(binary)" --environments .venv $(options)

.venv/%: Tests/Benchmarks/%.txt
	@python3 -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# A release: one archive with the binary, the libraries that it needs and their licences, for machines with nothing installed
# whose glibc is no older than this one's. The same sources give the same bytes.
.PHONY: release
release: extra := $(release-packages)
release: build
	$(MAKE) --no-print-directory archive

# Packs what is built.
.PHONY: archive
into ?= .build/releases
archive:
	@binary="$(binary)"
	name="$$("$$binary" --version | tr ' ' -)-linux-$$(uname -m)"
	folder="$(into)/$$name"
	rm -rf "$$folder"
	install -D -m 0755 "$$binary" "$$folder/bin/mlops"
	strip --strip-debug "$$folder/bin/mlops"
	patchelf --force-rpath --set-rpath '$$ORIGIN/../lib/mlops' "$$folder/bin/mlops"
	install -D -m 0644 LICENSE README.md --target-directory "$$folder/share/doc/mlops"
	ldd "$$binary" | awk '$$2 == "=>" && $$1 !~ /^lib(c|m|dl|pthread|rt|resolv)\.so/ { print $$3 }' | while read -r library; do
	  install -D -m 0644 "$$library" --target-directory "$$folder/lib/mlops"
	  file="$$(realpath "$$library")"
	  package="$$( (dpkg-query --search "$$file" || dpkg-query --search "$${file#/usr}") 2>/dev/null | cut -d: -f1)"
	  install -D -m 0644 "/usr/share/doc/$$package/copyright" "$$folder/share/doc/mlops/licences/$$package"
	done
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C "$(into)" -cf - "$$name" | gzip -9n > "$$folder.tar.gz"
	(cd "$(into)" && sha256sum "$$name.tar.gz" > "$$name.tar.gz.sha256")
	rm -rf "$$folder"
	echo "$$folder.tar.gz"

# Puts the binary, which carries the Swift runtime, into $(prefix)/bin.
prefix ?= /usr/local
.PHONY: install
install: build
	install -D -m 0755 "$(binary)" "$(DESTDIR)$(prefix)/bin/mlops"
	strip --strip-debug "$(DESTDIR)$(prefix)/bin/mlops"
