# One image that serves and indexes. Three stages make what it holds (what Bayan depends on, Bayan, its model); the last
# one takes only their results, so that it has no sources and a new version of Bayan is a small layer.

FROM python:3.11.15-slim-trixie AS base
ENV PATH=/opt/bayan/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1


FROM base AS dependencies
# torch first, and from the index of CPU builds: the public index has the one with gigabytes of CUDA. Once it is there,
# the pin in pyproject.toml is met. Name a mirror with --build-arg TORCH_INDEX=…
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/bayan && \
    pip install --no-cache-dir --index-url "$TORCH_INDEX" torch==2.13.0
WORKDIR /src
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt && \
    pip install --no-cache-dir --requirement requirements.txt


FROM base AS wheel
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .


FROM dependencies AS model
# Unpacks the model and traces it for OpenVINO, which takes 2.3 GB of memory; afterwards nothing writes to this folder,
# so that containers can be read-only. Indexing and searching the sample shows that what was installed works.
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-deps /wheels/*.whl
ENV BAYAN_CACHE=/var/cache/bayan
RUN BAYAN_DATA=/tmp/sample bayan index --sample && \
    BAYAN_DATA=/tmp/sample bayan search "вымогатели атаковали больницу" --size 1 && \
    rm -r /tmp/sample


FROM base
LABEL org.opencontainers.image.title="Bayan" \
      org.opencontainers.image.description="Cross-lingual search for security press releases" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="GPL-3.0-or-later" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.15-slim-trixie"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bayan && \
    install --directory --owner=bayan --group=bayan /var/lib/bayan
COPY --from=model /var/cache/bayan /var/cache/bayan
COPY --from=dependencies /opt/bayan /opt/bayan
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-deps /wheels/*.whl
ENV BAYAN_CACHE=/var/cache/bayan \
    BAYAN_DATA=/var/lib/bayan \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
# /healthz, not /readyz: without an index, or while the engine is away, Bayan is not ready, and another start would not
# mend that. There is no curl here; http.client, unlike urllib, asks no proxy that the environment may name.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["bayan"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
