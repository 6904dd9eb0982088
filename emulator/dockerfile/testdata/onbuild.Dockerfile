FROM ruby:3.3
ONBUILD COPY Gemfile Gemfile.lock /usr/src/app/
ONBUILD RUN bundle install
onbuild   copy --chown=app:app . /usr/src/app
ONBUILD RUN <<EOT
bundle exec rake assets:precompile
EOT
ONBUILD HEALTHCHECK --interval=5m CMD ["curl", "-f", "http://localhost/"]
