# One image for all five containers of docker-compose.yml; each runs another `triptych` command.

FROM python:3.12-slim-bookworm AS build
WORKDIR /src
# The packages first: they change less often than we do.
COPY requirements.lock ./
RUN python -m venv /opt/triptych \
 && /opt/triptych/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement requirements.lock
# The map's page is built on the way; PyPI's node is fetched for that, into an environment of its own.
COPY . ./
RUN /opt/triptych/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends mosquitto \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 triptych \
 && install -d -o triptych -g triptych /var/lib/triptych
COPY --from=build /opt/triptych /opt/triptych
ENV PATH=/opt/triptych/bin:$PATH PYTHONUNBUFFERED=1
USER triptych
WORKDIR /var/lib/triptych
# Compiled once here, in the user's own cache, and not at every start.
RUN python -m fusion.warm
CMD ["triptych", "--help"]
