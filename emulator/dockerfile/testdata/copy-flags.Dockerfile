FROM alpine AS one
FROM one AS Two
COPY --parents --link=true ./x/a.txt ./y/a.txt /parents/
COPY --from=0 --link=FALSE --exclude=!keep hom?.txt arr[[]0].txt /mydir/
COPY --from=nginx:latest --chmod=644 /etc/nginx/nginx.conf relativeDir/
COPY --chown="10:11" -- --odd-name /y
