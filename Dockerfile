# The product without its tests, and Airflow with the product beside it in an environment of its own.
# `docker compose up` runs them with what belongs to them; `docker build .` makes the product alone.
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
COPY dags dags
COPY docs/queries docs/queries
RUN pip install --no-deps .

FROM python:3.13-slim AS airflow-build
RUN python -m venv /opt/airflow
ENV PATH=/opt/airflow/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY ingest/airflow_server/airflow.lock .
RUN pip install --require-hashes -r airflow.lock

FROM python:3.13-slim AS airflow
RUN useradd --create-home --uid 10001 goldthread && install -d -o goldthread -g goldthread /data /airflow
COPY --from=airflow-build /opt/airflow /opt/airflow
COPY --from=build /opt/goldthread /opt/goldthread
COPY dags /opt/dags
ENV PATH=/opt/airflow/bin:$PATH PYTHONUNBUFFERED=1 AIRFLOW_HOME=/airflow AIRFLOW__CORE__DAGS_FOLDER=/opt/dags \
    GOLDTHREAD_BIN=/opt/goldthread/bin/goldthread GOLDTHREAD_HOME=/data
USER goldthread
VOLUME /airflow
EXPOSE 8080
ENTRYPOINT ["airflow"]
CMD ["api-server"]

FROM python:3.13-slim AS goldthread
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
