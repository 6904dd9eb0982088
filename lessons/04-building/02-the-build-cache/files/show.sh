#!/bin/sh
cat picture.txt
echo
cat caption.txt
