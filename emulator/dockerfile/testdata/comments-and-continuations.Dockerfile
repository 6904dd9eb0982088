# A comment above
#
# the comment that stays

# and goes on over the blank line
FROM alpine AS base
   # indented comments count
   RUN echo a \
# in the middle

       # after an empty line
  && echo b \  
  && echo "# no comment" \
  && echo 'trailing backslash \\'
RUN echo done \

CMD ["x"]
