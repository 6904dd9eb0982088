FROM alpine
ENV KEY value with   spaces and "quotes"
ENV A=1 B="two words" C=three\ words D='single $quoted' E= F=""
ENV PATH=/opt/bin:$PATH
LABEL org.opencontainers.image.title="A title" \
      org.opencontainers.image.description="on \
two lines" \
      "key with blanks"="value"
LABEL version 1.0
LABEL multi.label1="value1" multi.label2="value2" other='value3'
