# The product without its tests. `docker compose up` runs it with PostgreSQL beside it.
FROM python:3.13-slim AS build
RUN python -m venv /opt/goldthread
ENV PATH=/opt/goldthread/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY graph graph
COPY lineage lineage
COPY ingest ingest
COPY service service
COPY docs/queries docs/queries
RUN pip install --no-deps .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 goldthread && install -d -o goldthread -g goldthread /data
COPY --from=build /opt/goldthread /opt/goldthread
ENV PATH=/opt/goldthread/bin:$PATH PYTHONUNBUFFERED=1 GOLDTHREAD_HOME=/data GOLDTHREAD_HOST=0.0.0.0
USER goldthread
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["goldthread"]
CMD ["serve"]
