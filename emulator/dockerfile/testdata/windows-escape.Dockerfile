# escape=`
# syntax=docker/dockerfile:1

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
WORKDIR C:\app
COPY .\bin\ C:\app\
RUN New-Item -ItemType Directory C:\logs ; `
    # comments go between
    Set-Location C:\logs
ENV APP_HOME=C:\app `
    GREETING="a `"quoted`" word"
ENTRYPOINT ["C:\\app\\server.exe"]
