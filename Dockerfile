# `make image` builds it and labels it with the version.
# Runs the same as `make run`, or a worker (`python manage.py work --health-port 8000`): compose.yaml uses both.
# Data is in the volume /data, and in /pictures if several machines share a disk; the rest can be read-only.
FROM python:3.13.5-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/scale.txt requirements/monitoring.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    -r requirements/scale.txt -r requirements/monitoring.txt
COPY manage.py pyproject.toml ./
COPY playground playground
COPY templates templates
COPY static static
COPY locale locale
# manage.py makes its files private, so the image's user couldn't read its byte code.
RUN DATA_DIR=/tmp/build PYTHONDONTWRITEBYTECODE=1 /venv/bin/python manage.py translations --compile \
    && /venv/bin/python -m compileall -q playground

FROM python:3.13.5-slim-bookworm
ARG VERSION=unlabelled
ARG REVISION=unknown
LABEL org.opencontainers.image.title="gpt-image-2 playground" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.licenses=MIT
RUN useradd --create-home --uid 10001 playground && mkdir /data /pictures && chown playground /data /pictures
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER playground
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve"]
