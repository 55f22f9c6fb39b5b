# The image of the action. Every build starts from the digest below, which Dependabot keeps fresh; where no registry
# of images is reached, tests/image/run names another base: --build-arg BASE=...
ARG BASE=pinned

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS pinned

# hadolint ignore=DL3006  # the pin is in the line above
FROM ${BASE} AS build
# An environment without pip: what installs packages stays in this stage.
RUN python -m venv --without-pip /opt/ai_coder
COPY requirements/runtime.txt requirements/trim_pygments.py /build/
RUN python -m pip --python /opt/ai_coder/bin/python install --no-cache-dir --disable-pip-version-check --no-compile \
        --require-hashes --no-deps --only-binary :all: --root-user-action ignore --requirement /build/runtime.txt
# The project needs no build: it is its sources, and action.yml, which holds the default of the input `model`.
COPY src/ai_coder /build/ai_coder
COPY action.yml LICENSE /build/ai_coder/
# What no run uses goes: tests of packages (actions-toolkit even brings them as a package of the name `tests`), the rest of
# Pygments (8 MB), and the C half of PyYAML, whose Python half reads our one small file as well (2 MB). Byte code is made
# here, once, and never checked against its source again: a container starts in half the time.
RUN site=$(/opt/ai_coder/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
    && cp -R /build/ai_coder "$site/" \
    && find "$site" -depth -type d -name tests -exec rm -rf {} + \
    && rm "$site"/yaml/_yaml.*.so \
    && /opt/ai_coder/bin/python -B /build/trim_pygments.py \
    && /opt/ai_coder/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash "$site"

# hadolint ignore=DL3006  # same
FROM ${BASE}
LABEL org.opencontainers.image.title="ai_coder" \
      org.opencontainers.image.description="A GitHub Action that turns a labelled issue into a pull request." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/ai_coder /opt/ai_coder
# No USER: the runner's files belong to root, and a Docker action must be able to write them.
# No WORKDIR: the runner names one, the repository's folder, and what lies there is foreign. -I keeps Python from
# loading anything of it, or of HOME, or by the name of a PYTHON* variable.
ENTRYPOINT ["/opt/ai_coder/bin/python", "-I", "-m", "ai_coder"]
