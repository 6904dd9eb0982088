FROM alpine
RUN echo one \
    && echo two
COPY <<EOT /file
line
EOT
ENV A=b
