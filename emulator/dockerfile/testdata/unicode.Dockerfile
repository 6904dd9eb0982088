# Ünïcödé über alles
FROM alpine AS a-b_c.d
LABEL 설명="한국어 설명" emoji="🐳"
RUN echo "naïve café" > /日本語.txt
COPY ["файл", "/ф/"]
WORKDIR /größe
