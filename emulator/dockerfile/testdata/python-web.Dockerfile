FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=off

RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      # the compiler is for wheels that are not there
      gcc \
      libpq-dev \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .

RUN useradd --create-home app && chown -R app /srv
USER app
EXPOSE 8000
ENTRYPOINT ["gunicorn"]
CMD ["-b", "0.0.0.0:8000", "app:create()"]
