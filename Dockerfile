# The server as an image: built from this checkout, bytecode compiled, run by a user of no rights.
#
#   docker build -t memorygraph .
#   docker run --rm -v memorygraph:/data memorygraph demo          a tenant with sample data, in the embedded database
#   docker compose up                                              with PostgreSQL and pgvector beside it
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN python -m venv /opt/memorygraph
# What changes seldom comes first, so that a change of ours does not install everything anew.
COPY pyproject.toml README.md LICENSE ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > requirements.txt \
    && /opt/memorygraph/bin/pip install --prefer-binary -r requirements.txt
COPY moe_memorygraph ./moe_memorygraph
# Start-up is mostly imports: compiled here, because the user that runs it may write nothing.
RUN /opt/memorygraph/bin/pip install --no-deps . \
    && /opt/memorygraph/bin/python -m compileall -q -j 0 /opt/memorygraph/lib

FROM python:3.12-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin memorygraph \
    && install -d -o memorygraph -g memorygraph -m 0700 /data
COPY --from=build /opt/memorygraph /opt/memorygraph
ENV PATH=/opt/memorygraph/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    MEMORYGRAPH_HOME=/data
USER 10001:10001
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8765/healthz', timeout=2)"]
ENTRYPOINT ["memorygraph"]
CMD ["serve", "--transport", "http", "--host", "0.0.0.0", "--port", "8765"]
